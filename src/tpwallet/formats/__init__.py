"""Formats: pure readers and writers of the files and messages the world speaks.

Each reader takes bytes and yields values, or says where and why it cannot; each writer takes values
and yields bytes. They open no file and no socket, decide nothing about money, and know no account.
"""
