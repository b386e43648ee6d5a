"""Getting datasets from where they are published."""
