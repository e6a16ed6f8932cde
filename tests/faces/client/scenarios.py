"""One use of every method of the clients, and what shape it answers in."""

from tests.faces.client import use_administration, use_money, use_reads
from tests.faces.client.using import Scenario

SCENARIOS: list[Scenario] = [
    *use_money.tries.all,
    *use_reads.tries.all,
    *use_administration.tries.all,
]
