"""Tests of what a process needs and no business knows."""
