"""Reports of an evaluation that can be cited, and done again."""
