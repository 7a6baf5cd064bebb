"""Who does the work: the relay, the worker and one sentence per rule."""
