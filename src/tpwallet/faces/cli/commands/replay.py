"""`tpwallet replay`: the state a journal leads to, at its end or at a past position."""

from tpwallet.faces.cli.command import command, option
from tpwallet.faces.cli.door import compile_loops, pool_directory
from tpwallet.faces.cli.output import answer, show_facts, tell
from tpwallet.faces.cli.progress import progress_bar


@command("replay", section="Proof and safety")
@option("--to", "until", type=int, metavar="POSITION", help="Only up to this position.")
def replay(until: int | None) -> None:
    """Rebuild the state from the journal, and say its hash and the speed.

    Nothing is changed, and the pool may be in use meanwhile. Two pools whose journals are the same
    arrive at the same hash.
    """
    compile_loops()
    from tpwallet.faces.operations.replaying import replay_pool
    from tpwallet.gateways.pool_directory import PoolDirectory

    with progress_bar() as progress:
        found = replay_pool(PoolDirectory(pool_directory()), until=until, progress=progress)

    def show() -> None:
        tell(
            "Replayed {count} events in {seconds} seconds: {rate} a second.",
            count=found.events,
            seconds=found.seconds,
            rate=found.events_per_second,
        )
        show_facts(
            (
                ("position", found.position),
                ("state", found.state_hash),
                ("commit", found.commit_hash),
                ("accounts", found.accounts),
                ("transfers", found.transfers),
            )
        )

    answer(found, show)
