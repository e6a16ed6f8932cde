"""All the tables together. The published model first, tpwallet's own additions apart."""

from tests.laws.semantics import (
    cases_account_order,
    cases_accounts,
    cases_balancing,
    cases_chains,
    cases_closing,
    cases_expiry,
    cases_extensions,
    cases_imported,
    cases_post_void,
    cases_post_void_order,
    cases_post_void_retries,
    cases_rules,
    cases_transfer_limits,
    cases_transfer_order,
    cases_transfer_order_amounts,
    cases_transfers,
)
from tests.laws.semantics.case import Case

PUBLISHED_CASES: list[Case] = [
    *cases_accounts.CASES,
    *cases_account_order.CASES,
    *cases_transfers.CASES,
    *cases_transfer_limits.CASES,
    *cases_transfer_order.CASES,
    *cases_transfer_order_amounts.CASES,
    *cases_post_void.CASES,
    *cases_post_void_retries.CASES,
    *cases_post_void_order.CASES,
    *cases_chains.CASES,
    *cases_balancing.CASES,
    *cases_closing.CASES,
    *cases_expiry.CASES,
    *cases_imported.CASES,
]
EXTENSION_CASES: list[Case] = [*cases_extensions.CASES, *cases_rules.CASES]
ALL_CASES = [*PUBLISHED_CASES, *EXTENSION_CASES]
