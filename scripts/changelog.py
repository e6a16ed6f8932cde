"""Gather the fragments in changes/ into CHANGELOG.md, at a release.

Each change brings one fragment, `changes/<slug>.<kind>.md`, so that two changes never meet in one
file. Gathering puts a section for the version above the older ones, in the order of `KINDS` and
then of the slugs, and removes the fragments. It reads no clock: the date is an argument.

    python3 scripts/changelog.py VERSION DATE
"""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KINDS = ("added", "changed", "fixed", "removed")
NAME = re.compile(r"(?P<slug>[a-z0-9]+(-[a-z0-9]+)*)\.(?P<kind>added|changed|fixed|removed)\.md")
VERSION = re.compile(r"\d+\.\d+\.\d+")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
MARK = "<!-- releases, newest first -->\n"


class Refused(Exception):
    """The fragments, the arguments or the changelog are not what they must be."""


@dataclass(frozen=True)
class Fragment:
    """One change as a reader of the changelog will see it."""

    slug: str
    kind: str
    text: str


def read_fragment(name: str, text: str) -> Fragment:
    """Read one fragment. **Rejects** another name than `<slug>.<kind>.md`, and an empty text.

    >>> read_fragment("late-returns.fixed.md", "A late return is kept.").kind
    'fixed'
    """
    named = NAME.fullmatch(name)
    if named is None:
        raise Refused(f"changes/{name}: the name is not <slug>.<{'|'.join(KINDS)}>.md")
    if not text.strip():
        raise Refused(f"changes/{name}: says nothing")
    if text.lstrip().startswith(("#", "- ", "* ")):
        raise Refused(f"changes/{name}: write plain sentences; the heading and bullet are added")
    return Fragment(named["slug"], named["kind"], text.strip())


def fragment_paths(folder: Path) -> list[Path]:
    """List the files of `folder` that must be fragments: all but its README, sorted."""
    return sorted(path for path in folder.iterdir() if path.name != "README.md")


def section(version: str, date: str, fragments: list[Fragment]) -> str:
    """Lay out one release.

    >>> print(section("0.2.0", "2026-01-31", [Fragment("qr", "added", "QR codes.")]))
    ## 0.2.0 (2026-01-31)
    <BLANKLINE>
    ### Added
    <BLANKLINE>
    - QR codes.
    <BLANKLINE>
    """
    lines = [f"## {version} ({date})", ""]
    for kind in KINDS:
        of_kind = [fragment for fragment in fragments if fragment.kind == kind]
        if of_kind:
            bullets = ["- " + fragment.text.replace("\n", "\n  ") for fragment in of_kind]
            lines += [f"### {kind.capitalize()}", "", *bullets, ""]
    return "\n".join(lines)


def gather(root: Path, version: str, date: str) -> int:
    """Write the release into `root`/CHANGELOG.md and remove its fragments; give their number.

    **Rejects** a version that is not `x.y.z` or is already there, a date that is not
    `yyyy-mm-dd`, any bad fragment, and a release without fragments; then nothing is written.
    """
    if not VERSION.fullmatch(version) or not DATE.fullmatch(date):
        raise Refused(f"not a version x.y.z and a date yyyy-mm-dd: {version!r} {date!r}")
    changelog = root / "CHANGELOG.md"
    before, mark, older = changelog.read_text(encoding="utf-8").partition(MARK)
    if not mark:
        raise Refused(f"CHANGELOG.md has no line {MARK.strip()!r}")
    if f"\n## {version} (" in older:
        raise Refused(f"CHANGELOG.md already has a section {version}")
    paths = fragment_paths(root / "changes")
    fragments = [read_fragment(path.name, path.read_text(encoding="utf-8")) for path in paths]
    if not fragments:
        raise Refused("changes/ has no fragments: there is nothing to release")
    changelog.write_text(
        f"{before}{mark}\n{section(version, date, fragments)}{older}", encoding="utf-8"
    )
    for path in paths:
        path.unlink()
    return len(fragments)


def main(arguments: list[str]) -> int:
    """Gather the release named on the command line."""
    if len(arguments) != 2:
        print("usage: changelog.py VERSION DATE (make changelog VERSION=… DATE=…)", file=sys.stderr)
        return 2
    try:
        count = gather(ROOT, *arguments)
    except Refused as refused:
        print(f"Refused: {refused}", file=sys.stderr)
        return 1
    print(f"CHANGELOG.md: {arguments[0]}, {count} changes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
