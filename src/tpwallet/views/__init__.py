"""Read models: rebuilt from the journal at any time, never the truth themselves."""
