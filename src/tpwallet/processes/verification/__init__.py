"""Verifying a journal from nothing: chain, log, signatures, double entry, replay."""
