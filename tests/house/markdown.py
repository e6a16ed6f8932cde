"""Just enough of Markdown to check documents: headings, links, and fenced blocks.

Not a renderer. Headings are the `#` kind, fences are backticks, links are `[text](target)` and
`[text]: target`; the documents here use nothing else. Anchors are spelled as common hosts spell
them: small letters, spaces to hyphens, other punctuation dropped.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

FENCE = re.compile(r"^(?P<indent> {0,8})(?P<ticks>`{3,})(?P<info>[^`]*)$")
HEADING = re.compile(r"^(?P<level>#{1,6}) +(?P<text>.+?) *#*$")
INLINE_CODE = re.compile(r"`[^`]*`")
LINK = re.compile(r"\]\((?P<inline><[^>]*>|[^()\s]+(?:\([^()\s]*\)[^()\s]*)*)[^)]*\)")
REFERENCE = re.compile(r"^\[[^\]]+\]: +(?P<target>\S+)")


@dataclass(frozen=True)
class Block:
    """One fenced block: the line of its fence, the words after the ticks, and its text."""

    line: int
    info: tuple[str, ...]
    text: str


def split(document: str) -> tuple[list[tuple[int, str]], list[Block]]:
    """Part a document into its numbered lines of prose and its fenced blocks."""
    prose: list[tuple[int, str]] = []
    blocks: list[Block] = []
    fence: re.Match[str] | None = None
    opened, inside = 0, list[str]()
    for number, line in enumerate(document.splitlines(), start=1):
        found = FENCE.match(line)
        if fence is None and found is None:
            prose.append((number, line))
        elif fence is None:
            fence, opened, inside = found, number, []
        elif found and found["ticks"] >= fence["ticks"] and not found["info"].strip():
            blocks.append(Block(opened, tuple(fence["info"].split()), "\n".join(inside) + "\n"))
            fence = None
        else:
            inside.append(line.removeprefix(fence["indent"]))
    return prose, blocks


def headings(document: str) -> list[tuple[int, str]]:
    """List the headings of a document: (level, text).

    >>> headings("# One\\n\\n## Two `x`\\n")
    [(1, 'One'), (2, 'Two `x`')]
    """
    found = (HEADING.match(line) for _, line in split(document)[0])
    return [(len(heading["level"]), heading["text"]) for heading in found if heading]


def anchors(document: str) -> set[str]:
    """Give the anchors that links may name.

    >>> sorted(anchors("# The door, again\\n## `at=`\\n## `at=`\\n"))
    ['at', 'at-1', 'the-door-again']
    """
    seen: dict[str, int] = {}
    found = set()
    for _, text in headings(document):
        slug = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
        count = seen.get(slug, 0)
        seen[slug] = count + 1
        found.add(f"{slug}-{count}" if count else slug)
    return found


def links(document: str) -> Iterator[tuple[int, str]]:
    """Give the targets of the links in a document's prose, each with its line."""
    for number, line in split(document)[0]:
        plain = INLINE_CODE.sub("", line)
        for link in LINK.finditer(plain):
            yield number, link["inline"].strip("<>")
        if reference := REFERENCE.match(plain):
            yield number, reference["target"]
