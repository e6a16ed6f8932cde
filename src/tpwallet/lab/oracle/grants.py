"""Guards: which accounts a caller may touch. **tpwallet's own**, no part of the published model.

A raw batch may come from a caller who was granted only some accounts, and the hub's own accounts
are for nobody but the flows that own them. The question is asked once the accounts are known to
exist and to fit, so that a refusal here is about permission and nothing else. It is not transient:
a grant is an administrator's act, and the same transfer may be sent again after it.
"""

from collections.abc import Callable

from tpwallet.lab.oracle.statuses import Status

Permitted = Callable[[int], bool]


def grant_refusal(
    debit_account_id: int, credit_account_id: int, permitted: Permitted | None
) -> Status | None:
    """Refuse the side the caller was not granted, debit first; `None` as `permitted` grants all.

    >>> grant_refusal(1, 2, {1}.__contains__)
    'credit_account_not_granted'
    """
    if permitted is None:
        return None
    if not permitted(debit_account_id):
        return "debit_account_not_granted"
    if not permitted(credit_account_id):
        return "credit_account_not_granted"
    return None
