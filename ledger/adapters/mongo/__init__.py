"""MongoDB: the journal's pages, work items, views and leases."""
