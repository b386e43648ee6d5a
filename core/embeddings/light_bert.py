"""A BERT sentence model read with NumPy alone, for a visitor's few words.

torch and what it brings take hundreds of megabytes and half a minute before the first answer, and are made for thousands of
texts. The arithmetic is that of Devlin et al. (2019) with the mean pooling of Reimers and Gurevych (2019), over the same
weights, so that its vectors lie where those of sentence-transformers do (bench/light_words.py).
"""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from core.compute.threads import one_blas_thread
from core.types import FloatMatrix, FloatVector

KIND = {"model_type": "bert", "hidden_act": "gelu", "position_embedding_type": "absolute"}
"""What of a model's configuration this file can compute; what a configuration leaves out is as here."""
WORDS = "embeddings.word_embeddings.weight"
LONGEST_HEADER = 100_000_000
"""Bytes; the format allows no more."""
TRANSFORMER, POOLING, NORMALIZE = "Transformer", "Pooling", "Normalize"


class LightBert:
    """One model in memory; the table of all words stays on disk.

    Args:
        folder: Of a sentence-transformers model that `is_readable`.
    """

    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer

        config = _json(folder / "config.json")
        self._epsilon = np.float32(config["layer_norm_eps"])
        self._n_layers, self._n_heads = int(config["num_hidden_layers"]), int(config["num_attention_heads"])
        self.dim = int(config["hidden_size"])
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        longest = _json(folder / "sentence_bert_config.json").get("max_seq_length")
        self._tokenizer.enable_truncation(int(longest or config["max_position_embeddings"]))
        stored = _tensors(folder / "model.safetensors")
        self._words = stored.pop(WORDS)
        # products of a few rows are fastest where the weights lie turned round in memory
        self._weights = {
            name: np.ascontiguousarray(weight.T)
            if name.startswith("encoder") and weight.ndim == 2
            else np.array(weight)
            for name, weight in stored.items()
        }

    def encode(self, texts: Sequence[str]) -> FloatMatrix:
        """(n, dim) float32, rows of length 1."""
        with one_blas_thread():  # so little work that threads would wait for each other
            rows = [self._one(self._tokenizer.encode(text).ids) for text in texts]
        return np.stack(rows) if rows else np.zeros((0, self.dim), np.float32)

    def _one(self, ids: Sequence[int]) -> FloatVector:
        weights = self._weights
        states = self._words[ids] + weights["embeddings.position_embeddings.weight"][: len(ids)]
        states = self._normed(states + weights["embeddings.token_type_embeddings.weight"][0], "embeddings")
        for layer in range(self._n_layers):
            states = self._layer(states, f"encoder.layer.{layer}")
        mean = states.mean(axis=0)
        vector: FloatVector = (mean / np.linalg.norm(mean)).astype(np.float32)
        return vector

    def _layer(self, states: FloatMatrix, at: str) -> FloatMatrix:
        mixed = self._dense(self._attention(states, f"{at}.attention.self"), f"{at}.attention.output.dense")
        states = self._normed(states + mixed, f"{at}.attention.output")
        inner = _gelu(self._dense(states, f"{at}.intermediate.dense"))
        return self._normed(states + self._dense(inner, f"{at}.output.dense"), f"{at}.output")

    def _attention(self, states: FloatMatrix, at: str) -> FloatMatrix:
        query, key, value = (
            self._dense(states, f"{at}.{part}").reshape(len(states), self._n_heads, -1).swapaxes(0, 1)
            for part in ("query", "key", "value")
        )
        likeness = query @ key.swapaxes(1, 2) / np.float32(np.sqrt(query.shape[-1]))
        weights = np.exp(likeness - likeness.max(axis=-1, keepdims=True))
        weights /= weights.sum(axis=-1, keepdims=True)
        mixed: FloatMatrix = (weights @ value).swapaxes(0, 1).reshape(len(states), -1)
        return mixed

    def _dense(self, states: FloatMatrix, at: str) -> FloatMatrix:
        made: FloatMatrix = states @ self._weights[f"{at}.weight"] + self._weights[f"{at}.bias"]
        return made

    def _normed(self, states: FloatMatrix, at: str) -> FloatMatrix:
        centred = states - states.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + self._epsilon)
        made: FloatMatrix = (
            centred / spread * self._weights[f"{at}.LayerNorm.weight"] + self._weights[f"{at}.LayerNorm.bias"]
        )
        return made


def _gelu(values: FloatMatrix) -> FloatMatrix:
    """The exact form, by the error function."""
    from scipy.special import erf

    made: FloatMatrix = values * np.float32(0.5) * (1 + erf(values / np.float32(np.sqrt(2))))
    return made


def is_readable(folder: Path) -> bool:
    """Whether a folder holds a sentence-transformers model that `LightBert` computes: BERT, mean pooling, float32."""
    try:
        config, modules = _json(folder / "config.json"), _json(folder / "modules.json")
        pooling = _json(folder / "1_Pooling" / "config.json")
        kinds = [str(module["type"]).rpartition(".")[2] for module in modules]
        is_there = all((folder / name).is_file() for name in ("tokenizer.json", "model.safetensors"))
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return (
        is_there
        and all(config.get(name, value) == value for name, value in KIND.items())
        and "layer_norm_eps" in config
        and kinds in ([TRANSFORMER, POOLING], [TRANSFORMER, POOLING, NORMALIZE])
        and _is_mean(pooling)
        and _is_float32(folder / "model.safetensors")
    )


@lru_cache(maxsize=2)
def light_bert(folder: Path) -> LightBert | None:
    """The model of a folder, loaded once a process; None where it `is_readable` by torch alone."""
    return LightBert(folder) if is_readable(folder) else None


def _json(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def _is_mean(pooling: Mapping[str, Any]) -> bool:
    modes = {name for name, is_on in pooling.items() if name.startswith("pooling_mode") and is_on is True}
    return modes == {"pooling_mode_mean_tokens"} or pooling.get("pooling_mode") == "mean"


def _tensors(path: Path) -> dict[str, Any]:
    """All 32-bit arrays of a file in the safetensors format, on the disk: a page that nobody reads takes no memory.

    The format's own library maps the file as well, and what it has copied once stays resident beside the copy.

    Raises:
        ValueError: The file is no such file.
    """
    with path.open("rb") as stream:
        length = int.from_bytes(stream.read(8), "little")
        header = json.loads(stream.read(min(length, LONGEST_HEADER)))
    found = {}
    for name, about in header.items():
        if name == "__metadata__" or about["dtype"] != "F32":
            continue
        begin, end = about["data_offsets"]
        shape = tuple(map(int, about["shape"]))
        if not 0 <= begin <= end <= path.stat().st_size - 8 - length or end - begin != 4 * np.prod(shape):
            raise ValueError(f"{name} lies outside its file")
        found[name] = np.memmap(path, "<f4", "r", 8 + length + begin, shape)
    return found


def _is_float32(path: Path) -> bool:
    try:
        return WORDS in _tensors(path)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False
