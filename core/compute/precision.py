"""How exactly thousands of texts are read: in float32, or in bfloat16 where the processor multiplies that much faster."""

from typing import Literal

from core import settings

Precision = Literal["float32", "bfloat16"]
FLOAT32: Precision = "float32"
BFLOAT16: Precision = "bfloat16"
FAST = ("avx512_bf16", "amx_bf16")
"""What torch calls the instructions; without them bfloat16 is computed in steps, and slower than float32."""


def reading_precision() -> Precision:
    """What MOVIE_ATLAS_PRECISION says, else bfloat16 on processors that have instructions for it (bench/encoding.py).

    Raises:
        InvalidQueryError: The variable names another.
    """
    if asked := settings.precision():
        return BFLOAT16 if asked == BFLOAT16 else FLOAT32
    import torch

    able = torch.cpu.get_capabilities()
    return BFLOAT16 if any(able.get(name) is True for name in FAST) else FLOAT32
