"""Methods that every other has to beat."""
