"""How a poster looks, as numbers: colours and lightness by place, hues, and directions of edges."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from core.types import FloatMatrix, FloatVector

VERSION = 1
"""Raised whenever the same poster would get other numbers."""

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MAX_PIXELS = 40_000_000
"""A larger image is refused before it is decoded: a small file can unfold to gigabytes."""

SMALLEST_SIDE = 16
LARGEST_SIDE = 512
"""Posters are shrunk to this, so that many of them fit into memory at once."""

GRID = 4
HUES = 12
EDGES = 8
DIM = 3 * GRID * GRID + (HUES + 1) + (EDGES + 1)
"""Length of a descriptor: 48 colours, 12 hues and "colourless", 8 directions and "flat"."""

_WIDTH, _HEIGHT = 64, 96
_COLOURLESS = 12.0
"""Chroma below which a pixel counts as grey."""

_FLAT = 4.0
"""Lightness difference between neighbours below which there is no edge."""

_TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]], np.float32)
_WHITE = np.array([0.9505, 1.0, 1.089], np.float32)


def open_poster(content: bytes | Path) -> Any:
    """A poster as a PIL image in RGB, shrunk where it is large.

    Args:
        content: The file's bytes, or its path.

    Raises:
        ValueError: It is no image of a known format, is broken, too small or too large.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(
            io.BytesIO(content) if isinstance(content, bytes) else content, formats=FORMATS
        ) as image:
            width, height = image.size
            if width * height > MAX_PIXELS:
                raise ValueError(f"{width} x {height} pixels are too many")
            if min(width, height) < SMALLEST_SIDE:
                raise ValueError(f"{width} x {height} pixels are too few")
            image.draft("RGB", (LARGEST_SIDE, LARGEST_SIDE))  # a JPEG is decoded at a fraction of its size
            image.load()
            image.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
            return image.convert("RGBA").convert("RGB") if image.mode in ("P", "LA") else image.convert("RGB")
    except UnidentifiedImageError as error:
        raise ValueError("no known format") from error
    except (OSError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise ValueError(f"broken ({type(error).__name__})") from error


def describe(image: Any) -> FloatVector:
    """What a poster looks like, for comparing by cosine.

    Three parts of equal weight, each of length 1: the mean colour (CIELAB, centred) of each field of a 4 x 4
    grid; how much of the poster has which hue, or none; how much of it has edges of which direction, or none.

    Args:
        image: A PIL image in RGB.

    Returns:
        (DIM,) float32 of length 1.
    """
    pixels: FloatMatrix = np.asarray(image.resize((_WIDTH, _HEIGHT)), np.float32) / np.float32(255)
    lab = to_lab(pixels)
    parts = (_colours(lab), _hues(lab), _edges(lab[..., 0]))
    joined = np.concatenate([_unit(part) for part in parts])
    return _unit(joined).astype(np.float32)


def to_lab(rgb: FloatMatrix) -> FloatMatrix:
    """CIELAB of sRGB values in [0, 1], on the last axis: lightness in [0, 100], green to red, blue to yellow.

    Source: IEC 61966-2-1 for sRGB, CIE 15 for L*a*b* under D65.
    """
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    ratio = linear @ _TO_XYZ.T / _WHITE
    f = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    lab = np.stack(
        (116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])), axis=-1
    )
    return lab.astype(np.float32)


def _unit(values: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.floating[Any]]:
    length = np.linalg.norm(values)
    return values / length if length > 0 else values


def _colours(lab: FloatMatrix) -> FloatMatrix:
    """(48,) mean colour of each field, lightness centred at middle grey."""
    fields = lab.reshape(GRID, _HEIGHT // GRID, GRID, _WIDTH // GRID, 3).mean(axis=(1, 3))
    centred: FloatMatrix = fields - np.array([50, 0, 0], np.float32)
    return centred.ravel()


def _hues(lab: FloatMatrix) -> npt.NDArray[np.float64]:
    """(13,) share of pixels of each hue, the last one those without colour."""
    chroma, angle = np.hypot(lab[..., 1], lab[..., 2]).ravel(), np.arctan2(lab[..., 2], lab[..., 1]).ravel()
    which = ((angle / (2 * np.pi) % 1) * HUES).astype(np.int64) % HUES
    which[chroma < _COLOURLESS] = HUES
    return np.bincount(which, minlength=HUES + 1) / len(which)


def _edges(lightness: FloatMatrix) -> npt.NDArray[np.float64]:
    """(9,) share of pixels with an edge of each direction, the last one those without."""
    down, right = np.gradient(lightness)
    strength, angle = np.hypot(down, right).ravel(), np.arctan2(down, right).ravel()
    which = ((angle / np.pi % 1) * EDGES).astype(np.int64) % EDGES
    which[strength < _FLAT] = EDGES
    return np.bincount(which, minlength=EDGES + 1) / len(which)
