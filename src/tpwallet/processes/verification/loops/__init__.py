"""Compiled loops of the verification."""
