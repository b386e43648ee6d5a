"""One file an encoder; `core.embeddings.registry` finds them here."""
