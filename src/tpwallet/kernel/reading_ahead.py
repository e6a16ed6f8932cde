"""Reading ahead: the next commits are fetched and hashed while the last one is applied.

Replaying is one pass over the whole journal, so its speed is the time until a pool is up again.
Fetching and SHA-256 need no state and leave the interpreter alone, so a thread does them.
"""

import threading
from collections.abc import Iterable, Iterator
from queue import Full, Queue

from tpwallet.kernel.commit import Commit

_COMMITS_AHEAD = 4
_LOOK_SECONDS = 0.1  # how often a reader that nobody takes from any more looks whether to stop

_Item = Commit | BaseException | None  # None: the end


def read_ahead(commits: Iterable[Commit]) -> Iterator[Commit]:
    """The same commits, their bodies hashed. Raises what `commits` raises, in its place."""
    ready: Queue[_Item] = Queue(_COMMITS_AHEAD)
    stop = threading.Event()

    def read() -> None:
        try:
            for commit in commits:
                _ = commit.body_hash  # kept by the commit
                if not _put(ready, commit, stop):
                    return
        except BaseException as error:  # noqa: BLE001 - raised where the commits are taken
            _put(ready, error, stop)
        else:
            _put(ready, None, stop)

    thread = threading.Thread(target=read, daemon=True, name="read-ahead")
    thread.start()
    try:
        while (item := ready.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        stop.set()
        thread.join()


def _put(ready: Queue[_Item], item: _Item, stop: threading.Event) -> bool:
    """Hand an item over; False: nobody wants it any more."""
    while not stop.is_set():
        try:
            ready.put(item, timeout=_LOOK_SECONDS)
        except Full:
            continue
        return True
    return False
