"""Adapters: every socket and every file of tpwallet is opened here."""
