"""Read models, rebuildable from the journal at any time."""
