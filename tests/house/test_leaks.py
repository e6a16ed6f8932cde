"""Law: no file tells a secret, a machine's own path, or the host of a package index.

A lock that names an index fails on every machine set up with another; a path of one machine fails
on every other; a secret in history is public for ever.
"""

import re
from collections.abc import Iterator

from tests.house.allowed import exceptions, unused
from tests.house.reading import Offence, expect_none, tracked_texts

INDEXES = (
    ("py", "pi.org"),
    ("python", "hosted.org"),
    ("registry.npm", "js.org"),
    ("registry.yarn", "pkg.com"),
    ("crates", ".io"),
    ("proxy.go", "lang.org"),
    ("repo.maven.", "apache.org"),
    ("deb.deb", "ian.org"),
)
LEAKS = {
    "a machine's path": r"(?<![\w.~$)}])/(?:home|Users|root|work)/[\w.$-]",
    "a package index's host": "|".join(re.escape(a + b) for a, b in INDEXES),
    "a private key": r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----",
    "a cloud access key": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "an access token": r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|sk_live_\w{16,}|xox[abprs]-[\w-]{10,})",
    "a bearer token": r"\beyJ[\w-]{16,}\.eyJ[\w-]{16,}\.[\w-]{16,}",
    "a password in an address": (
        r"\b\w+://[^/\s:@\"'<{]+:[^/\s:@\"'<{$]+@(?!localhost|127\.0\.0\.1|example|[\w-]+\.example)"
    ),
}
COMPILED = {what: re.compile(pattern) for what, pattern in LEAKS.items()}


def leaks(path: str, text: str) -> Iterator[Offence]:
    """Find what must not be told."""
    for what, pattern in COMPILED.items():
        for found in pattern.finditer(text):
            line = text.count("\n", 0, found.start()) + 1
            yield Offence(path, line, f"tells {what}: {found[0][:24]!r}")


def test_no_file_tells_a_secret_a_path_or_an_index() -> None:
    found = [offence for path, text in tracked_texts() for offence in leaks(path, text)]
    excused = exceptions("leaks")
    expect_none(offence for offence in found if offence.path not in excused)
    expect_none(unused("leaks", excused, {offence.path for offence in found}))


def test_leaks_are_found() -> None:
    samples = {
        "a machine's path": ["cd /" + "home/ada/pool", "'/" + "work/main'"],
        "a package index's host": ["https://" + a + b + "/x" for a, b in INDEXES],
        "a private key": ["-----BEGIN EC " + "PRIVATE KEY-----"],
        "a cloud access key": ["AKIA" + "A2B3" * 4],
        "an access token": ["ghp" + "_" + "a1" * 18, "sk_" + "live_" + "a" * 20],
        "a bearer token": [".".join(["eyJ" + "a" * 20, "eyJ" + "b" * 20, "c" * 20])],
        "a password in an address": ["postgres://ada:" + "hunter2@db.internal/pool"],
    }
    assert set(samples) == set(LEAKS)
    for what, texts in samples.items():
        for text in texts:
            assert [offence.line for offence in leaks("a.md", f"\n{text}")] == [2], (what, text)


def test_ordinary_addresses_are_allowed() -> None:
    for text in (
        "GET /v1/pools/main/accounts",
        "https://example.com/home/page",
        "postgresql://tpwallet:tpwallet@localhost/pool",
        "$HOME/work/x",
    ):
        assert not list(leaks("a.md", text)), text
