"""The triplet network: what it reads of a film, how triplets are drawn, and how it is trained."""
