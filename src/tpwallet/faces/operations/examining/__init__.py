"""Examining a pool and the machine under it: each finding is ok, a warning, or a failure."""
