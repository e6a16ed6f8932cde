"""The rules of money, one room each. Rooms of this level never import one another."""
