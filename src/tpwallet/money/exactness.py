"""The gate that keeps inexact values out at run time.

Type checkers stop most mistakes; callers that are not checked must be stopped too. An `int` here
is exactly an `int`: not a `bool`, not a `float` that happens to be whole, not a fixed-width number
of an array library that would wrap around in silence.
"""

from fractions import Fraction


def require_int(name: str, value: object) -> None:
    """Pass only an `int`. **Rejects** every other type, `bool` included, with `TypeError`.

    >>> require_int("minor", True)
    Traceback (most recent call last):
    TypeError: minor must be int, not bool
    """
    if type(value) is not int:
        raise TypeError(f"{name} must be int, not {type(value).__name__}")


def require_fraction(name: str, value: object) -> None:
    """Pass only a `Fraction`. **Rejects** every other type with `TypeError`.

    >>> require_fraction("value", 1.5)
    Traceback (most recent call last):
    TypeError: value must be Fraction, not float
    """
    if type(value) is not Fraction:
        raise TypeError(f"{name} must be Fraction, not {type(value).__name__}")


def require_instance(name: str, value: object, expected: type) -> None:
    """Pass only an instance of `expected`. **Rejects** anything else with `TypeError`.

    >>> require_instance("code", b"EUR", str)
    Traceback (most recent call last):
    TypeError: code must be str, not bytes
    """
    if not isinstance(value, expected):
        raise TypeError(f"{name} must be {expected.__name__}, not {type(value).__name__}")
