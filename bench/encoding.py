"""How fast film texts become vectors, and how near other arithmetic keeps them: MiniLM, all ways in turns in one run.

    python bench/encoding.py DATA OUT.json [--dataset ml-latest-small] [--texts 1500] [--turns 3]

DATA holds the dataset and `wikipedia-movies/`, whose plots the texts have; with `--dataset demo` it is the demo's folder.
The texts are spread evenly over all lengths. A way's speed is that of its fastest turn. Its vectors are held to those of
`library`: cosines, and the share of each text's ten nearest texts that stay among its ten nearest.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import torch
from sentence_transformers import SentenceTransformer
from torch import nn

from core.compute.precision import BFLOAT16, FLOAT32
from core.datasets.sources.demo import Demo
from core.datasets.sources.movielens import SOURCES
from core.datasets.wikipedia.enrich import enrich_with_wikipedia
from core.domain import Dataset
from core.embeddings.encoders.minilm import packaged_weights
from core.embeddings.encoders.sentence_transformer import encode_in_parallel
from core.embeddings.film_texts import film_texts
from core.types import FloatMatrix

K = 10
LIBRARY_BATCH = 64
LEVELS = 255
"""Steps of an unsigned byte."""


class ByteLinear(nn.Module):
    """A linear layer in bytes: weights with a scale for each output, inputs with a scale and a least value for each word.

    Args:
        layer: What is copied; it has a bias.
    """

    def __init__(self, layer: nn.Linear) -> None:
        super().__init__()
        weight = layer.weight.detach()
        self.scale = weight.abs().amax(1) / (LEVELS // 2)
        whole = torch.round(weight / self.scale[:, None]).to(torch.int8)
        self.zero = torch.zeros(len(whole), dtype=torch.int64)
        self.packed = torch.ops.onednn.qlinear_prepack(whole, None)
        self.sums = whole.float().sum(1) * self.scale
        self.bias = layer.bias

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """(…, n_out) float32 of (…, n_in) float32."""
        rows = inputs.reshape(-1, inputs.shape[-1])
        least = rows.amin(1, keepdim=True)
        step = rows.amax(1, keepdim=True).sub_(least).clamp_min_(1e-12).div_(LEVELS)
        whole = torch.mul(rows, 1 / step).add_(0.5 - least / step).to(torch.uint8)
        made: torch.Tensor = torch.ops.onednn.qlinear_pointwise(
            whole, 1.0, 0, self.packed, self.scale, self.zero, None, 1.0, 0, torch.float32, "none", [], ""
        )
        made.mul_(step).add_(torch.addcmul(self.bias, least, self.sums))
        return made.view(*inputs.shape[:-1], -1)


def in_bytes(module: nn.Module) -> None:
    """Put `ByteLinear` in the place of every linear layer."""
    for name, child in module.named_children():
        if isinstance(child, nn.Linear):
            setattr(module, name, ByteLinear(child))
        else:
            in_bytes(child)


def library(model: Any, texts: Sequence[str]) -> FloatMatrix:
    """The library's own way: batches one after the other, each by all cores."""
    vectors: FloatMatrix = model.encode(
        list(texts), batch_size=LIBRARY_BATCH, show_progress_bar=False, normalize_embeddings=True
    )
    return vectors


def ways() -> dict[str, Callable[[Sequence[str]], FloatMatrix]]:
    """What is compared, by name; the others, batch by batch with a thread each, are held to the first."""
    folder = packaged_weights()
    assert folder, "MiniLM's package is needed"
    model, byte_model = (SentenceTransformer(str(folder), device="cpu") for _ in range(2))
    in_bytes(byte_model[0])
    return {
        "library": lambda texts: library(model, texts),
        "float32": lambda texts: encode_in_parallel(model, texts, FLOAT32),
        "bfloat16": lambda texts: encode_in_parallel(model, texts, BFLOAT16),
        "int8": lambda texts: encode_in_parallel(byte_model, texts, FLOAT32),
    }


def nearest(vectors: FloatMatrix) -> list[set[int]]:
    """The `K` nearest others of each row by cosine."""
    likeness = vectors @ vectors.T
    np.fill_diagonal(likeness, -np.inf)
    return [set(row) for row in np.argpartition(-likeness, K, axis=1)[:, :K].tolist()]


def compared(vectors: FloatMatrix, reference: FloatMatrix) -> dict[str, float]:
    """How near vectors of length 1 lie to the reference's."""
    cosines = (vectors * reference).sum(axis=1, dtype=np.float64)
    kept = [len(own & theirs) / K for own, theirs in zip(nearest(vectors), nearest(reference), strict=True)]
    return {
        "least cosine": round(float(cosines.min()), 6),
        "mean cosine": round(float(cosines.mean()), 6),
        "largest difference": round(float(np.abs(vectors - reference).max()), 6),
        "neighbours kept": round(float(np.mean(kept)), 4),
    }


def load(data: Path, name: str) -> Dataset:
    """The dataset with plots."""
    if name == "demo":
        return Demo().load(data)
    source = next(source for source in SOURCES if source.name == name)
    return enrich_with_wikipedia(source.load(data / name), data / "wikipedia-movies")


def spread(texts: Sequence[str], n: int) -> list[str]:
    """About `n` texts of all lengths, the longest first, as a build reads them."""
    by_length = sorted(texts, key=len, reverse=True)
    return by_length[:: max(len(texts) // n, 1)][:n]


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--dataset", default="ml-latest-small")
    parser.add_argument("--texts", type=int, default=1500)
    parser.add_argument("--turns", type=int, default=3)
    options = parser.parse_args()
    texts = spread(film_texts(load(options.data, options.dataset).catalog), options.texts)
    compared_ways, load_before = ways(), os.getloadavg()[0]
    spent: dict[str, list[float]] = {name: [] for name in compared_ways}
    made = {name: encode(texts[:LIBRARY_BATCH]) for name, encode in compared_ways.items()}
    for _ in range(options.turns):
        for name, encode in compared_ways.items():
            started = time.perf_counter()
            made[name] = encode(texts)
            spent[name].append(time.perf_counter() - started)
    figures: dict[str, Any] = {
        name: {
            "texts a second": round(len(texts) / min(spent[name])),
            "texts a second, each turn": [round(len(texts) / seconds) for seconds in spent[name]],
            "times library": round(min(spent["library"]) / min(spent[name]), 2),
            **compared(made[name], made["library"]),
        }
        for name in compared_ways
    }
    figures["texts"] = {"dataset": options.dataset, "n": len(texts)}
    able = [name for name, has in torch.cpu.get_capabilities().items() if has is True and "avx" in name]
    figures["machine"] = {"cores": os.cpu_count(), "load before": round(load_before, 1), "instructions": able}
    for name, row in figures.items():
        print(name, row)
    options.out.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
