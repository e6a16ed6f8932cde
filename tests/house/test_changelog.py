"""Law: changes/ holds well-formed fragments; and what gathering them does to CHANGELOG.md."""

from pathlib import Path

import pytest

from scripts.changelog import (
    MARK,
    Refused,
    fragment_paths,
    gather,
    read_fragment,
)
from tests.house.reading import ROOT

BEFORE = f"# Changelog\n\n{MARK}\n## 0.1.0 (2026-01-01)\n\n### Added\n\n- A ledger.\n"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / "CHANGELOG.md").write_text(BEFORE)
    (tmp_path / "changes").mkdir()
    (tmp_path / "changes" / "README.md").write_text("how")
    return tmp_path


def add(repository: Path, name: str, text: str) -> Path:
    path = repository / "changes" / name
    path.write_text(text)
    return path


def test_every_fragment_is_well_formed() -> None:
    for path in fragment_paths(ROOT / "changes"):
        read_fragment(path.name, path.read_text(encoding="utf-8"))


def test_the_changelog_keeps_the_mark_releases_go_under() -> None:
    assert (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").count(MARK) == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("qr.improved.md", "QR codes."),
        ("QR.added.md", "QR codes."),
        ("qr.added.txt", "QR codes."),
        ("qr.added.md", " \n"),
        ("qr.added.md", "- QR codes."),
        ("qr.added.md", "## QR codes"),
    ],
)
def test_a_bad_fragment_is_refused(name: str, text: str) -> None:
    with pytest.raises(Refused, match="changes/"):
        read_fragment(name, text)


def test_gathering_puts_a_release_above_the_older_ones(repository: Path) -> None:
    add(repository, "qr.added.md", "QR codes.\nBoth ways.\n")
    add(repository, "late-returns.fixed.md", "A late return is kept.")
    assert gather(repository, "0.2.0", "2026-02-01") == 2
    assert (repository / "CHANGELOG.md").read_text() == BEFORE.replace(
        MARK,
        f"{MARK}\n## 0.2.0 (2026-02-01)\n\n### Added\n\n- QR codes.\n  Both ways.\n\n"
        "### Fixed\n\n- A late return is kept.\n",
    )
    assert [path.name for path in (repository / "changes").iterdir()] == ["README.md"]


@pytest.mark.parametrize(
    ("version", "date"),
    [("0.2", "2026-02-01"), ("0.2.0", "today"), ("0.1.0", "2026-02-01")],
)
def test_a_bad_release_changes_nothing(repository: Path, version: str, date: str) -> None:
    fragment = add(repository, "qr.added.md", "QR codes.")
    with pytest.raises(Refused):
        gather(repository, version, date)
    assert fragment.exists()
    assert (repository / "CHANGELOG.md").read_text() == BEFORE


def test_a_bad_fragment_stops_the_release(repository: Path) -> None:
    add(repository, "qr.added.md", "QR codes.")
    add(repository, "notes.txt", "?")
    with pytest.raises(Refused, match=r"notes\.txt"):
        gather(repository, "0.2.0", "2026-02-01")
    assert (repository / "CHANGELOG.md").read_text() == BEFORE


def test_an_empty_release_is_refused(repository: Path) -> None:
    with pytest.raises(Refused, match="nothing to release"):
        gather(repository, "0.2.0", "2026-02-01")
