"""Compiled loops of the history index: building chains, and walking them."""
