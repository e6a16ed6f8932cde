"""Protocols only: what processes and views need of the outside, and of one another."""
