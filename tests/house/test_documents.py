"""Law: links inside the repository lead somewhere, and the two readmes have the same shape."""

import re
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from urllib.parse import unquote

from tests.house.markdown import anchors, headings, links
from tests.house.reading import ROOT, Offence, expect_none, tracked_paths, tracked_texts

ELSEWHERE = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)
README = "README.md"
README_ZH = "README.zh-CN.md"


def landing(path: str, target: str) -> PurePosixPath | None:
    """Give the path from the root that a link leads to; nothing if it leaves the repository."""
    found: list[str] = [] if target.startswith("/") else list(PurePosixPath(path).parent.parts)
    for part in PurePosixPath(target.lstrip("/")).parts:
        if part != "..":
            found.append(part)
        elif found:
            found.pop()
        else:
            return None
    return PurePosixPath(*found)


def broken_links(
    path: str, document: str, read: Callable[[PurePosixPath], str | None]
) -> Iterator[Offence]:
    """Find links to a file or an anchor that is not there.

    `read` gives the text of a path from the root: empty for a folder, nothing if it is not there.
    """
    for line, link in links(document):
        if ELSEWHERE.match(link):
            continue
        target, _, anchor = unquote(link).partition("#")
        place = landing(path, target) if target else PurePosixPath(path)
        text = None if place is None else read(place)
        if text is None:
            yield Offence(path, line, f"the link leads nowhere: {link}")
        elif anchor and place is not None and place.suffix == ".md" and anchor not in anchors(text):
            yield Offence(path, line, f"no heading of that name: {link}")


def shape(document: str) -> list[int]:
    """Give the levels of a document's headings, in order."""
    return [level for level, _ in headings(document)]


def read_tracked(place: PurePosixPath) -> str | None:
    """Read a file git would commit; empty for a folder of such files."""
    paths = tracked_paths()
    if str(place) in paths:
        return (ROOT / place).read_text(encoding="utf-8", errors="replace")
    folder = "" if str(place) == "." else f"{place}/"
    return "" if any(path.startswith(folder) for path in paths) else None


def test_links_inside_the_repository_lead_somewhere() -> None:
    expect_none(
        offence
        for path, text in tracked_texts()
        if path.endswith(".md")
        for offence in broken_links(path, text, read_tracked)
    )


def test_the_two_readmes_have_the_same_shape() -> None:
    english = read_tracked(PurePosixPath(README)) or ""
    chinese = read_tracked(PurePosixPath(README_ZH)) or ""
    assert shape(english) == shape(chinese), f"{README} and {README_ZH} differ in their headings"


def test_broken_links_are_found() -> None:
    files = {"docs/a.md": "# One thing\n", "docs": ""}
    for link, is_broken in {
        "a.md": False,
        "a.md#one-thing": False,
        "#here": False,
        "../docs/": False,
        "/docs/a.md": False,
        "https://example.com/none": False,
        "b.md": True,
        "a.md#two-things": True,
        "#there": True,
        "../../a.md": True,
    }.items():
        document = f"# Here\n\nSee [it]({link}).\n"
        files["docs/here.md"] = document
        found = list(broken_links("docs/here.md", document, lambda place: files.get(str(place))))
        assert [offence.line for offence in found] == ([3] if is_broken else []), link


def test_what_is_code_is_no_link() -> None:
    document = "`[a](none.md)`\n\n```sh\n# no heading\n[a](none.md)\n```\n"
    assert not list(broken_links("a.md", document, lambda _: None))
    assert shape(document) == []


def test_shapes_that_differ_are_found() -> None:
    assert shape("# A\n## B\n## C\n") == [1, 2, 2] != shape("# 甲\n## 乙\n### 丙\n")
