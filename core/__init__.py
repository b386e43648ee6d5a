"""Movie Atlas: embeddings, recommendation methods and their comparison, without any user interface."""

__version__ = "0.1.0"
