"""What ends the demo early."""


class DemoFailed(Exception):
    """The demo cannot go on; the text says why."""
