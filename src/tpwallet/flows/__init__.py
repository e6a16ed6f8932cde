"""Use cases: deciders of one or several domains in one unit. No rules and no state here."""
