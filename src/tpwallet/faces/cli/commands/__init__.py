"""The commands, one concept a module; each loads what it needs when it runs."""

from typing import Final

import click

from tpwallet.faces.cli.commands.account import ACCOUNT
from tpwallet.faces.cli.commands.asset import ASSET
from tpwallet.faces.cli.commands.backup import backup, restore
from tpwallet.faces.cli.commands.balance import balance, statement
from tpwallet.faces.cli.commands.clock import CLOCK
from tpwallet.faces.cli.commands.doctor import doctor
from tpwallet.faces.cli.commands.document import DOCUMENT
from tpwallet.faces.cli.commands.exporting import export
from tpwallet.faces.cli.commands.grant import GRANT
from tpwallet.faces.cli.commands.importing import IMPORT
from tpwallet.faces.cli.commands.init import init
from tpwallet.faces.cli.commands.key import KEY
from tpwallet.faces.cli.commands.period import PERIOD
from tpwallet.faces.cli.commands.proof import PROOF
from tpwallet.faces.cli.commands.replay import replay
from tpwallet.faces.cli.commands.segment import SEGMENT
from tpwallet.faces.cli.commands.serve import serve
from tpwallet.faces.cli.commands.transfer import TRANSFER
from tpwallet.faces.cli.commands.vault import VAULT
from tpwallet.faces.cli.commands.verify import verify
from tpwallet.faces.cli.commands.views import VIEWS

COMMANDS: Final[tuple[click.Command, ...]] = (
    init,
    ACCOUNT,
    TRANSFER,
    IMPORT,
    balance,
    statement,
    export,
    verify,
    PROOF,
    replay,
    backup,
    restore,
    KEY,
    GRANT,
    ASSET,
    PERIOD,
    DOCUMENT,
    SEGMENT,
    VAULT,
    CLOCK,
    serve,
    doctor,
    VIEWS,
)
