"""Invoices and credit notes: numbered without gaps, never changed, and credited no further than to nothing."""
