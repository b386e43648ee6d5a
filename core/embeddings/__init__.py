"""Embedding models: encoders that turn films and texts into vectors, and the spaces they make."""

from core.embeddings.base import Before, Encoder, Space, Stamp
from core.embeddings.model_files import ModelFiles
from core.embeddings.registry import (
    create,
    encoder_class,
    families,
    family,
    label_of,
    names,
    register,
    request_of,
    with_text_side,
)

__all__ = [
    "Before",
    "Encoder",
    "ModelFiles",
    "Space",
    "Stamp",
    "create",
    "encoder_class",
    "families",
    "family",
    "label_of",
    "names",
    "register",
    "request_of",
    "with_text_side",
]
