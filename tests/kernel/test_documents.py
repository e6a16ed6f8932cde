"""Versioned documents against a plain list of what was put when."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpwallet.kernel import limits
from tpwallet.kernel.documents import (
    Document,
    DocumentPut,
    DocumentState,
    put_document,
    roll_back_document,
)
from tpwallet.kernel.errors import Rejected

# When a version is put, how much later it is in force, and whether it restores an earlier one.
steps = st.lists(
    st.tuples(st.sampled_from("xy"), st.integers(0, 5), st.integers(0, 12), st.booleans()),
    max_size=15,
)


def put(state: DocumentState, name: str, content: bytes, effective_at: int, now: int) -> None:
    for fact in put_document(
        state,
        kind="fees",
        name=name,
        schema=1,
        content=content,
        effective_at=effective_at,
        author="ada",
        now=now,
    ):
        state.apply(fact, 1)


def played(history: list[tuple[str, int, int, bool]]) -> tuple[DocumentState, list[Document]]:
    """A state, and all versions in the order they were put."""
    state, now = DocumentState(), 0
    all_put: list[Document] = []
    for number, (name, passed, later, restores) in enumerate(history):
        now += passed
        earlier = [document for document in all_put if document.name == name]
        if restores and earlier:
            version = earlier[number % len(earlier)].version
            facts = roll_back_document(
                state, kind="fees", name=name, version=version, author="ada", now=now
            )
        else:
            facts = put_document(
                state,
                kind="fees",
                name=name,
                schema=1,
                content=b"%d" % number,
                effective_at=now + later,
                author="ada",
                now=now,
            )
        for fact in facts:
            assert isinstance(fact, DocumentPut)
            state.apply(fact, number)
            all_put.append(fact.document)
    return state, all_put


@given(steps)
def test_what_was_in_force_is_known_of_every_moment(
    history: list[tuple[str, int, int, bool]],
) -> None:
    state, all_put = played(history)
    for at in range(90):
        in_force = {}
        for document in all_put:
            if document.effective_at <= at:
                in_force[document.name] = document
        assert {name: state.in_force("fees", name, at) for name in in_force} == in_force
        assert state.all_in_force("fees", at) == [in_force[name] for name in sorted(in_force)]


@given(steps)
def test_versions_are_numbered_from_one_and_never_change(
    history: list[tuple[str, int, int, bool]],
) -> None:
    state, all_put = played(history)
    for name in "xy":
        versions = [document for document in all_put if document.name == name]
        assert state.history("fees", name) == versions
        assert [document.version for document in versions] == list(range(1, len(versions) + 1))


@given(steps)
def test_a_loaded_dump_has_the_same_documents(history: list[tuple[str, int, int, bool]]) -> None:
    state, all_put = played(history)
    copy = DocumentState()
    copy.load(state.dump())
    assert copy.state_hash() == state.state_hash()
    for document in all_put:
        assert copy.version("fees", document.name, document.version) == document


def test_a_roll_back_is_a_new_version_with_the_old_content() -> None:
    state = DocumentState()
    put(state, "cards", b"one", 0, 0)
    put(state, "cards", b"two", 5, 5)
    [fact] = roll_back_document(state, kind="fees", name="cards", version=1, author="bob", now=9)
    assert fact == DocumentPut(Document("fees", "cards", 3, 1, b"one", 9, "bob", 1))


def test_a_version_may_wait_for_its_day() -> None:
    state = DocumentState()
    put(state, "cards", b"now", 0, 0)
    put(state, "cards", b"later", 100, 0)
    in_force = [state.in_force("fees", "cards", at) for at in (0, 99, 100)]
    assert [document and document.content for document in in_force] == [b"now", b"now", b"later"]


def test_kinds_do_not_mix() -> None:
    state = DocumentState()
    put(state, "cards", b"one", 0, 0)
    assert state.in_force("limits", "cards", 9) is None
    assert state.all_in_force("limits", 9) == []
    assert state.history("limits", "cards") == []


def refusal(state: DocumentState, content: bytes, effective_at: int, now: int) -> Rejected:
    with pytest.raises(Rejected) as refused:
        put(state, "cards", content, effective_at, now)
    return refused.value


def test_nothing_is_put_in_force_in_the_past() -> None:
    refused = refusal(DocumentState(), b"", 4, 5)
    assert (refused.code, refused.facts) == (
        "effective_in_the_past",
        {"effective_at": 4, "now": 5},
    )


def test_a_document_has_a_largest_size() -> None:
    state = DocumentState()
    put(state, "cards", bytes(limits.DOCUMENT_BYTES_MAX), 0, 0)
    refused = refusal(state, bytes(limits.DOCUMENT_BYTES_MAX + 1), 0, 0)
    assert refused.code == "document_too_large"


def test_a_document_has_a_last_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "DOCUMENT_VERSIONS_MAX", 2)
    state = DocumentState()
    put(state, "cards", b"", 0, 0)
    put(state, "cards", b"", 0, 0)
    assert refusal(state, b"", 0, 0).code == "too_many_versions"


def test_a_version_that_is_not_there_cannot_be_restored() -> None:
    with pytest.raises(Rejected, match="document not found"):
        roll_back_document(
            DocumentState(), kind="fees", name="cards", version=1, author="ada", now=0
        )
