"""The live demo: a wallet firm's day on a hub of its own, a crash, and the proof that nothing was
lost.

It talks to the hub as any customer of tpwallet would. What it claims at the end it has checked: it
writes down every answer the hub gave, kills the hub with SIGKILL while commands are under way,
starts it again, and holds the journal against what was written down.
"""
