"""A sentence-transformers model of mpnet's kind that is made in a second: one random layer, vectors of 768 numbers."""

from pathlib import Path

DIM = 768


def make_tiny_mpnet(base: Path, folder: Path, dim: int = DIM) -> Path:
    """A folder as the hub has it of all-mpnet-base-v2: MPNet, mean pooling, length 1.

    Args:
        base: An empty folder to work in.
        folder: Where the model goes.
        dim: Numbers in a vector.
    """
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import MPNetConfig, MPNetModel, MPNetTokenizer

    words = ["<s>", "<pad>", "</s>", "<unk>", "<mask>", "[UNK]", "rocket", "planet", "sheriff", "the", "."]
    (base / "vocab.txt").write_text("\n".join(words))
    torch.manual_seed(0)
    config = MPNetConfig(
        vocab_size=len(words),
        hidden_size=dim,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=130,
    )
    MPNetModel(config).save_pretrained(base)
    MPNetTokenizer(str(base / "vocab.txt"), model_max_length=128).save_pretrained(base)
    SentenceTransformer(modules=[Transformer(str(base)), Pooling(dim), Normalize()]).save(str(folder))
    return folder
