"""A deterministic simulator of whole pools: seeded commands and faults, an independent oracle."""
