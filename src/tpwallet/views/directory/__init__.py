"""The directory: what accounts and transfers are called, and what was noted about them."""
