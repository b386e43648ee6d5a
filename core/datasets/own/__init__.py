"""A person's own files as a dataset: found, read whatever their shape, and recognised by what is in them."""
