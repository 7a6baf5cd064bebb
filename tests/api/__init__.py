"""Tests of the HTTP API, over a ledger in memory unless a module says otherwise."""
