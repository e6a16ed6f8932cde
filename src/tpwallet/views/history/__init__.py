"""The ledger's history: every account's balances after any past moment, and its statements."""
