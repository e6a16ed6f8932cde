"""What the options that every command shares have said."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Settings:
    """Where the pool is, and how to answer. What is not said comes from the environment."""

    pool: str | None = None
    url: str | None = None
    key: str | None = None
    json: bool = False

    @property
    def pool_path(self) -> Path:
        """The pool's directory."""
        return Path(self.pool or os.environ.get("TPWALLET_POOL") or "pool")

    @property
    def hub_url(self) -> str | None:
        """The hub to work through; None: the pool is worked on here. A `--pool` of the command
        line comes before the environment's hub.
        """
        if self.url is None and self.pool is not None:
            return None
        return self.url or os.environ.get("TPWALLET_URL") or None

    @property
    def hub_key(self) -> str | None:
        """The API key for the hub."""
        return self.key or os.environ.get("TPWALLET_KEY") or None
