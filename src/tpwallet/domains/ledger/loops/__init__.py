"""The ledger's compiled loops: decide a batch, replay a batch, release what has expired.

They are written for numba: plain loops over arrays of 64-bit words, 128-bit amounts as (low,
high) pairs, no objects. Every write to the books goes through `books`, so that deciding and
replaying cannot drift apart: deciding is checking and then entering, replaying is entering.
"""
