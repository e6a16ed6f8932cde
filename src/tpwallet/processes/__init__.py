"""Reactions to the journal that take long: following it, verifying it, copying it."""
