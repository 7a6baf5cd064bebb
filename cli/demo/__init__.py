"""The demonstration: one whole story, played on real servers."""
