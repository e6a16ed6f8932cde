"""The ledger: double entry, two-phase, many assets, as arrays driven by compiled loops."""
