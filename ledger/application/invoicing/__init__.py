"""Invoicing: what organizations say of their documents, numbering them, and issuing each of them once."""
