"""What sites let a person take away of their films, read row by row: `formats/` has one file a site."""
