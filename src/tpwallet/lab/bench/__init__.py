"""Benchmarks: what tpwallet does on this machine, as JSON.

A figure is worth something only beside another from the same minutes on the same disk, so every
report also measures what the disk does alone (append and fdatasync), and says which processes
ran. Each variant runs in a process of its own, so that its peak memory is its own.
"""
