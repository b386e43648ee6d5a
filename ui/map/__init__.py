"""The map: what its element is told (`told`), in few bytes (`payload`), and the scripts that draw it (`browser`)."""
