"""The operator's tools: export, verify, back up, restore, prove, examine. No terminal here.

Each is a function that takes paths and answers with a value; the command line shows it, and any
other face could. They read a pool beside whoever writes it.
"""
