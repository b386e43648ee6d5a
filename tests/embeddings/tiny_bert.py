"""A sentence-transformers model that is made in a second."""

from pathlib import Path

DIM = 16


def make_tiny_bert(base: Path, folder: Path) -> Path:
    """A sentence-transformers folder: BERT of two random layers that knows a few words.

    Args:
        base: An empty folder to work in.
        folder: Where the model goes.
    """
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizer

    words = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        "rocket",
        "planet",
        "sheriff",
        "the",
        "wedding",
        ".",
    ]
    (base / "vocab.txt").write_text("\n".join(words))
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=DIM,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
    )
    BertModel(config).save_pretrained(base)
    BertTokenizer(str(base / "vocab.txt")).save_pretrained(base)
    SentenceTransformer(modules=[Transformer(str(base)), Pooling(DIM), Normalize()]).save(str(folder))
    return folder
