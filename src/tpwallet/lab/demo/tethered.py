"""The command line in a process that ends with the one that started it.

Whoever starts it holds the other end of its standard input. Nothing is ever written there: when
that process is gone, however it went, the input ends, and this one asks itself to stop (SIGTERM).
So a killed demo leaves no server behind.

    python -m tpwallet.lab.demo.tethered serve POOL
"""

import os
import signal
import threading

from tpwallet.faces.cli.main import main


def _end_with_the_starter() -> None:
    while os.read(0, 1):  # not by `sys.stdin`, whose lock would be held when the process ends
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=_end_with_the_starter, name="tether", daemon=True).start()
    main()
