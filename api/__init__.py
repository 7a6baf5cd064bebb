"""HTTP: the whole surface, and nothing that decides."""
