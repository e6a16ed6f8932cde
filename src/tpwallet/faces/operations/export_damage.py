"""What a damaged export means to who reads a journal from it."""

from typing import Final

from tpwallet.formats.export_items import ExportRejected
from tpwallet.formats.frames import FileCutShort, FrameDamaged
from tpwallet.kernel.errors import Fact, JournalCorrupt

EXPORT_DAMAGE: Final = (ExportRejected, FrameDamaged, FileCutShort)


def damage_of(error: Exception, position: int) -> JournalCorrupt:
    """The damage as that of a journal, of which `position` is the first in doubt."""
    facts: dict[str, Fact] = {}
    if isinstance(error, FrameDamaged):
        facts["first_bad_byte"] = error.offset
    elif isinstance(error, FileCutShort):
        facts["first_bad_byte"] = error.end
    return JournalCorrupt(f"the file is damaged: {error}", position=position, **facts)
