"""Methods of personal texts: open one, erase a person.

The journal holds references only; the texts are sealed in the hub's vault. Neither method is a
command of the journal.
"""

from tpwallet.faces import bodies
from tpwallet.faces.bodies import Subject, Word
from tpwallet.faces.client import operations
from tpwallet.faces.client.call import Call
from tpwallet.faces.client.methods import asks
from tpwallet.faces.shapes import Erased, PersonalText


class PersonalMethods:
    """What is known of people, and forgetting it."""

    @asks
    def open_sealed(self, reference: Word) -> Call[PersonalText]:
        """The personal text behind a reference (32 hexadecimal digits); its `text` is None once
        the person is erased. Which key opened it is written down first. Needs `personal:read`.
        """
        return operations.READ_PERSONAL_TEXT.call(parts={"reference": reference})

    @asks
    def erase(self, subject: Subject) -> Call[Erased]:
        """Make every text of a person unreadable here, for ever; a backup from before keeps them
        until it is deleted. The books stay whole. Needs `admin`.

        The answer tells how many texts that were; repeated, there are none left.
        """
        return operations.ERASE_PERSON.call(bodies.Erasure(subject=subject))
