"""Index of 128-bit ids: which reference does this id have?

An extendible hash table (Fagin, Nievergelt, Pippenger, Strong: "Extendible Hashing", 1979) driven
by compiled loops. It holds transfer ids, account ids and command keys, none of which is ever
forgotten, so it must grow without stopping the writer: it grows by splitting one full segment of
1,024 slots (about 10 µs) and never by copying itself, to the address space it was given. Segments
split at different fills, drawn from their number, so that splits do not come in waves. Whoever adds
ids asks first whether there is room (`ids_left`); the loops do not expect it to run out.

A slot is three words: id (low, high) and reference; reference 0 means empty. What a reference
means is the caller's business. The hash is seeded per process, so that chosen ids cannot be aimed
at one segment; the layout is therefore private, and only `digest`, which does not depend on it,
may be compared.

Loops take an index as the address of its `meta` block.
"""

import numpy as np

from tpwallet.compiled import compiled
from tpwallet.kernel import limits
from tpwallet.kernel.memory import Ahead, Dumped, reserve
from tpwallet.kernel.words import address_of, fetch, get, put

SLOTS = 1024
SLOT_WORDS = 3
SEGMENT_WORDS = SLOTS * SLOT_WORDS
ENTRY_BYTES = SLOT_WORDS * 8
_SEGMENT_BYTES = SEGMENT_WORDS * 8
_SLOT_MASK = SLOTS - 1

# Words of `meta`: counters, seeds, addresses and sizes.
DEPTH, SEGMENTS, COUNT, SEED_LOW, SEED_HIGH = 0, 1, 2, 3, 4
_ARENA_AT, _DIRECTORY_AT, _FILLS_AT, _SEGMENTS_MAX, _DEPTH_MAX = 5, 6, 7, 8, 9
META_WORDS = 16

_M1 = np.uint64(0x9E3779B97F4A7C15)
_M2 = np.uint64(0xC2B2AE3D27D4EB4F)
_M3 = np.uint64(0x165667B19E3779F9)
_S29 = np.uint64(29)
_S32 = np.uint64(32)
_S40 = np.uint64(40)
_S48 = np.uint64(48)
_U0 = np.uint64(0)
_U1 = np.uint64(1)
_FILL_MASK = np.uint64(0xFFFF_FFFF)
_WORD_MASK = (1 << 64) - 1


class IdIndex:
    """The arrays of one index; `at` is what the loops take."""

    def __init__(self, seed: int, *, segments_max: int = limits.ID_INDEX_SEGMENTS_MAX) -> None:
        """An empty index; `seed` is 128 bits of entropy from the caller."""
        depth_max = segments_max.bit_length() + 1
        self.arena = reserve((segments_max, SEGMENT_WORDS), np.uint64)
        self.directory = reserve((1 << depth_max,), np.uint64)
        self.fills = reserve((segments_max,), np.uint64)  # local depth << 32 | entries
        self.meta = np.zeros(META_WORDS, np.uint64)
        self.meta[SEGMENTS] = 1
        self.meta[SEED_LOW] = seed & _WORD_MASK
        self.meta[SEED_HIGH] = (seed >> 64) & _WORD_MASK
        self.meta[_ARENA_AT] = address_of(self.arena)
        self.meta[_DIRECTORY_AT] = address_of(self.directory)
        self.meta[_FILLS_AT] = address_of(self.fills)
        self.meta[_SEGMENTS_MAX] = segments_max
        self.meta[_DEPTH_MAX] = depth_max
        self.at = address_of(self.meta)
        self._ahead = Ahead(self.arena)

    def __len__(self) -> int:
        """How many ids it holds."""
        return int(self.meta[COUNT])

    @property
    def ids_left(self) -> int:
        """How many more ids may be asked for.

        So many fit for certain, as an id splits at most one segment. A share of the segments is
        kept back: the same ids may split a few more in an index with another seed, which must be
        able to follow, and there are ids that nobody asks for (`ids_left_at_last`).
        """
        return max(0, self._segments_left - self._kept_back)

    @property
    def ids_left_at_last(self) -> int:
        """How many more there is room for when only what must go on still may; half of what is kept
        back remains for the others.
        """
        return max(0, self._segments_left - self._kept_back // 2)

    @property
    def share_used(self) -> float:
        """What share of the room for ids that may be asked for is taken: at 1 there is none."""
        return int(self.meta[SEGMENTS]) / (len(self.fills) - self._kept_back)

    @property
    def _kept_back(self) -> int:
        return len(self.fills) // limits.ID_INDEX_SHARE_KEPT

    @property
    def _segments_left(self) -> int:
        return len(self.fills) - int(self.meta[SEGMENTS])

    def get(self, key: int) -> int:
        """The reference of an id, or 0."""
        return int(_get_one(self.at, np.uint64(key & _WORD_MASK), np.uint64(key >> 64)))

    def add(self, key: int, reference: int) -> None:
        """Add an id that is not there yet; its reference is not 0."""
        low, high = np.uint64(key & _WORD_MASK), np.uint64(key >> 64)
        insert(self.at, low, high, np.uint64(reference))

    def remove(self, key: int) -> None:
        """Take out an id that is there."""
        remove(self.at, np.uint64(key & _WORD_MASK), np.uint64(key >> 64))

    def expect_growth(self) -> None:
        """Many ids are about to be added: have memory ready for their segments."""
        self._ahead.need(int(self.meta[SEGMENTS]) * _SEGMENT_BYTES)

    def digest(self) -> bytes:
        """24 bytes that depend on the entries and not on how they lie."""
        total = np.zeros(3, np.uint64)
        add_digest(self.at, total)
        return total.tobytes()

    def dump(self) -> list[bytes]:
        """The index as bytes: its counters and seeds, directory, fills and segments in use."""
        segments, depth = int(self.meta[SEGMENTS]), int(self.meta[DEPTH])
        return [
            self.meta[:_ARENA_AT].tobytes(),
            self.directory[: 1 << depth].tobytes(),
            self.fills[:segments].tobytes(),
            self.arena[:segments].tobytes(),
        ]

    def load(self, parts: Dumped) -> None:
        """Replace an index that is still empty by a dump, its seeds included."""
        counters, directory, fills, arena = (np.frombuffer(part, np.uint64) for part in parts)
        self.meta[:_ARENA_AT] = counters
        self.directory[: len(directory)] = directory
        self.fills[: len(fills)] = fills
        self.arena[: len(fills)] = arena.reshape(-1, SEGMENT_WORDS)


@compiled
def hash_id(index, low, high):
    """Seeded 64-bit hash of an id (multiply and xorshift rounds, after xxHash64's avalanche)."""
    h = (low ^ get(index, SEED_LOW)) * _M1
    h ^= h >> _S29
    h = (h + (high ^ get(index, SEED_HIGH))) * _M2
    h ^= h >> _S32
    h *= _M3
    return h ^ (h >> _S29)


@compiled
def _segment_of(index, h):
    mask = (_U1 << get(index, DEPTH)) - _U1
    return np.int64(get(np.int64(get(index, _DIRECTORY_AT)), np.int64(h & mask)))


@compiled
def _base_of(index, segment):
    return np.int64(get(index, _ARENA_AT)) + segment * _SEGMENT_BYTES


@compiled
def _threshold(segment):
    """Entries at which a segment splits: 640 to 895 of 1,024, fixed by its number."""
    return np.uint64(640) + (((np.uint64(segment) * _M1) >> _S40) & np.uint64(255))


@compiled
def _place(base, h, low, high, reference):
    slot = np.int64(h >> _S48) & _SLOT_MASK
    while get(base, slot * 3 + 2) != _U0:
        slot = (slot + 1) & _SLOT_MASK
    put(base, slot * 3, low)
    put(base, slot * 3 + 1, high)
    put(base, slot * 3 + 2, reference)


@compiled
def _deepen(index, depth):
    """Double the directory when a segment of full depth is to be split."""
    if depth < np.int64(get(index, DEPTH)):
        return
    if depth >= np.int64(get(index, _DEPTH_MAX)):
        raise MemoryError("id index: directory exhausted")
    directory = np.int64(get(index, _DIRECTORY_AT))
    size = np.int64(1) << depth
    for at in range(size):
        put(directory, size + at, get(directory, at))
    put(index, DEPTH, np.uint64(depth + 1))


@compiled
def _point(index, pattern, depth, segment):
    """Point the directory's entries that end in `pattern`, of `depth` bits, at a segment."""
    directory = np.int64(get(index, _DIRECTORY_AT))
    at = pattern
    while at < (np.int64(1) << np.int64(get(index, DEPTH))):
        put(directory, at, np.uint64(segment))
        at += np.int64(1) << depth


@compiled
def _split(index, segment, h):
    """Split the segment that hash `h` falls in by its next bit."""
    fills = np.int64(get(index, _FILLS_AT))
    depth = np.int64(get(fills, segment) >> _S32)
    _deepen(index, depth)
    sibling = np.int64(get(index, SEGMENTS))
    if sibling >= np.int64(get(index, _SEGMENTS_MAX)):
        raise MemoryError("id index: segments exhausted")
    put(index, SEGMENTS, np.uint64(sibling + 1))
    base, sibling_base = _base_of(index, segment), _base_of(index, sibling)
    old = np.empty(SEGMENT_WORDS, np.uint64)
    for word in range(SEGMENT_WORDS):
        old[word] = get(base, word)
        put(base, word, _U0)
    moved = kept = 0
    for word in range(0, SEGMENT_WORDS, SLOT_WORDS):
        if old[word + 2] == _U0:
            continue
        entry_hash = hash_id(index, old[word], old[word + 1])
        if (entry_hash >> np.uint64(depth)) & _U1:
            _place(sibling_base, entry_hash, old[word], old[word + 1], old[word + 2])
            moved += 1
        else:
            _place(base, entry_hash, old[word], old[word + 1], old[word + 2])
            kept += 1
    deeper = np.uint64(depth + 1) << _S32
    put(fills, segment, deeper | np.uint64(kept))
    put(fills, sibling, deeper | np.uint64(moved))
    low_bits = np.int64(h & ((_U1 << np.uint64(depth)) - _U1))
    _point(index, low_bits | (np.int64(1) << depth), depth + 1, sibling)


@compiled
def fetch_id(index, low, high):
    """Have the slot where the search for this id begins brought into the cache meanwhile."""
    h = hash_id(index, low, high)
    slot = np.int64(h >> _S48) & _SLOT_MASK
    fetch(_base_of(index, _segment_of(index, h)) + slot * ENTRY_BYTES + 16)


@compiled
def find(index, low, high):
    """Address of the slot of this id, or of the empty slot its search ends at."""
    h = hash_id(index, low, high)
    base = _base_of(index, _segment_of(index, h))
    slot = np.int64(h >> _S48) & _SLOT_MASK
    at = base + slot * ENTRY_BYTES
    while get(at, 2) != _U0 and (get(at, 0) != low or get(at, 1) != high):
        slot = (slot + 1) & _SLOT_MASK
        at = base + slot * ENTRY_BYTES
    return at


@compiled
def insert(index, low, high, reference):
    """Add an id that is not in the index; `reference` is not 0."""
    h = hash_id(index, low, high)
    segment = _segment_of(index, h)
    fills = np.int64(get(index, _FILLS_AT))
    while (get(fills, segment) & _FILL_MASK) >= _threshold(segment):
        _split(index, segment, h)
        segment = _segment_of(index, h)
    _place(_base_of(index, segment), h, low, high, reference)
    put(fills, segment, get(fills, segment) + _U1)
    put(index, COUNT, get(index, COUNT) + _U1)


@compiled
def remove(index, low, high):
    """Take out an id that is in the index, closing the gap behind it (Knuth 6.4, algorithm R)."""
    segment = _segment_of(index, hash_id(index, low, high))
    base = _base_of(index, segment)
    hole = (find(index, low, high) - base) // ENTRY_BYTES
    at = hole
    while True:
        at = (at + 1) & _SLOT_MASK
        if get(base, at * 3 + 2) == _U0:
            break
        h = hash_id(index, get(base, at * 3), get(base, at * 3 + 1))
        home = np.int64(h >> _S48) & _SLOT_MASK
        if ((at - home) & _SLOT_MASK) >= ((at - hole) & _SLOT_MASK):
            for word in range(SLOT_WORDS):
                put(base, hole * 3 + word, get(base, at * 3 + word))
            hole = at
    for word in range(SLOT_WORDS):
        put(base, hole * 3 + word, _U0)
    fills = np.int64(get(index, _FILLS_AT))
    put(fills, segment, get(fills, segment) - _U1)
    put(index, COUNT, get(index, COUNT) - _U1)


@compiled
def first_entry(index):
    """Address of the first slot of all."""
    return np.int64(get(index, _ARENA_AT))


@compiled
def entries_end(index):
    """Address after the last slot in use."""
    return first_entry(index) + np.int64(get(index, SEGMENTS)) * _SEGMENT_BYTES


@compiled
def mix_entry(total, low, high, reference):
    """Add one entry to a sum (u64[3]) that does not depend on the order of entries."""
    h = (low ^ _M3) * _M1
    h = (h ^ (h >> _S29) ^ high) * _M2
    h = (h ^ (h >> _S32) ^ reference) * _M3
    total[0] += h ^ (h >> _S29)
    total[1] += (h ^ (h >> _S32)) * _M1
    total[2] += _U1


@compiled
def add_digest(index, total):
    """Add all entries to a sum (u64[3])."""
    slot = first_entry(index)
    while slot < entries_end(index):
        if get(slot, 2) != _U0:
            mix_entry(total, get(slot, 0), get(slot, 1), get(slot, 2))
        slot += ENTRY_BYTES


@compiled
def _get_one(index, low, high):
    return get(find(index, low, high), 2)
