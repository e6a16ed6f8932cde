"""Every method of the clients, by what it is about."""

from tpwallet.faces.client.accounts import AccountMethods
from tpwallet.faces.client.administration import AdministrationMethods
from tpwallet.faces.client.assets import AssetMethods
from tpwallet.faces.client.bulk import BulkMethods
from tpwallet.faces.client.documents import DocumentMethods
from tpwallet.faces.client.imports import ImportMethods
from tpwallet.faces.client.journal import JournalMethods
from tpwallet.faces.client.money import MoneyMethods
from tpwallet.faces.client.personal import PersonalMethods
from tpwallet.faces.client.proofs import ProofMethods
from tpwallet.faces.client.reads import ReadMethods
from tpwallet.faces.client.running import RunningMethods


class Methods(
    AccountMethods,
    MoneyMethods,
    BulkMethods,
    ImportMethods,
    ReadMethods,
    JournalMethods,
    ProofMethods,
    AssetMethods,
    DocumentMethods,
    AdministrationMethods,
    PersonalMethods,
    RunningMethods,
):
    """What a hub can be asked."""
