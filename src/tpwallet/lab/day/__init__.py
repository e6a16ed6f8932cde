"""A wallet firm's business day: customers, merchants, a bank and a chain treasury at work.

A day is a plan, not a simulation of a hub: a stream of *intents*, each one call of the public
interface with its command id, its due second and its exact amounts. The same seed gives the same
stream for ever, so a figure on a screen can be traced back to the intent that moved it. Whoever
carries the plan out (the demo, a benchmark, a test) brings the hub.

    rates     ecb, prices             real reference rates, and a generated series for coins
    the firm  firm, addresses         who takes part and which accounts they have
    the plan  intents, errands, day   what they do, one errand after another
"""
