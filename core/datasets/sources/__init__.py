"""One file a source of films; `core.datasets.registry` finds them here."""
