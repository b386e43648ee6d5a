"""A question in words read with NumPy alone, against torch: memory, the first answer, further ones, and the same vectors.

    python bench/light_words.py OUT.json

Each way in a process of its own, which has read the catalogue's modules already. Memory is resident, in MB.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from core.embeddings.encoders import sentence_transformer
from core.embeddings.encoders.minilm import packaged_weights
from core.embeddings.film_texts import film_texts
from core.embeddings.light_bert import LightBert

QUESTIONS = (
    "a shark at the beach",
    "noir from the 40s",
    "friends on a long journey through the desert at night",
)
ONE_WAY = """
import json, sys, time
from pathlib import Path
import core.embeddings.encoders.minilm as minilm
from core.embeddings.encoders import sentence_transformer
if sys.argv[1] == "torch":
    sentence_transformer.light_bert = lambda folder: None
def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6
before, spent = resident(), []
for text in json.loads(sys.argv[2]):
    started = time.perf_counter()
    minilm.MiniLM().encode_texts([text])
    spent.append(time.perf_counter() - started)
print(json.dumps({"MB before": round(before), "MB after": round(resident()), "first s": round(spent[0], 3),
                  "median of further ones ms": round(1000 * sorted(spent[1:])[len(spent) // 2 - 1], 1)}))
"""


def one_way(name: str) -> dict[str, Any]:
    """Figures of "numpy" or "torch"."""
    asked = json.dumps([QUESTIONS[i % len(QUESTIONS)] for i in range(31)])
    done = subprocess.run(
        [sys.executable, "-c", ONE_WAY, name, asked], cwd=ROOT, capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def least_cosine() -> dict[str, Any]:
    """The least cosine between the two ways' vectors, over the texts of all films of the demo and the questions."""
    from core.datasets.sources.demo import Demo

    folder = packaged_weights()
    assert folder, "MiniLM's package is needed"
    texts = [*film_texts(Demo().load(ROOT / "data" / "demo").catalog), *QUESTIONS]
    heavy = sentence_transformer.load_model(str(folder), None).encode(texts, normalize_embeddings=True)
    cosines = (LightBert(folder).encode(texts).astype("float64") * heavy).sum(axis=1)
    return {"texts": len(texts), "least cosine": round(float(cosines.min()), 9)}


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    out = parser.parse_args().out
    figures: dict[str, Any] = {name: one_way(name) for name in ("numpy", "torch")}
    figures["vectors"] = least_cosine()
    figures["machine"] = {"cores": os.cpu_count(), "load": round(os.getloadavg()[0], 1)}
    for name, row in figures.items():
        print(name, row)
    out.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
