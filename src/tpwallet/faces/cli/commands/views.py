"""`tpwallet views`: the read models, which can always be made again from the journal."""

from tpwallet.faces.cli.command import command, group
from tpwallet.faces.cli.door import compile_loops, pool_directory
from tpwallet.faces.cli.output import answer, show_facts, tell
from tpwallet.faces.cli.progress import progress_bar


@command("rebuild")
def rebuild() -> None:
    """Throw the read models away and build them again from the journal.

    Balances at past moments, the directory of accounts and the log's hashes are read models.
    Checkpoints are not: they are evidence, and are compared with what is built.
    """
    compile_loops()
    from tpwallet.faces.operations.rebuilding import rebuild_views
    from tpwallet.gateways.pool_directory import PoolDirectory

    with progress_bar() as progress:
        found = rebuild_views(PoolDirectory(pool_directory()), progress=progress)

    def show() -> None:
        tell("The read models are built, up to position {position}.", position=found.position)
        show_facts((("checkpoint at", found.checkpoint_position),))

    answer(found, show)


VIEWS = group(
    "views",
    section="Running",
    help="Rebuild the read models from the journal.",
    commands=(rebuild,),
)
