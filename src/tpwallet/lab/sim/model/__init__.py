"""What a pool should do, written a second time: slow, obvious, and sharing no rule with it."""
