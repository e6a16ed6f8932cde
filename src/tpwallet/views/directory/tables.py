"""The directory's tables, for SQLite and PostgreSQL alike (SQLAlchemy Core).

They are never migrated: another `SCHEMA` means that they are dropped and filled again from the
journal. Ids and user data are their bytes, metadata and sealed references JSON.
"""

import sqlalchemy as sa

SCHEMA = 2

METADATA = sa.MetaData()

# Addresses are compared by their bytes, so that those under a path are one range.
_ADDRESS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

STATE = sa.Table(
    "directory_state",
    METADATA,
    sa.Column("schema", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("position", sa.BigInteger, nullable=False),
)
ACCOUNTS = sa.Table(
    "directory_accounts",
    METADATA,
    sa.Column("account_id", sa.LargeBinary, primary_key=True),
    sa.Column("address", _ADDRESS, nullable=False, unique=True),
    sa.Column("ledger", sa.BigInteger, nullable=False),
    sa.Column("code", sa.Integer, nullable=False),
    sa.Column("user_data_128", sa.LargeBinary, nullable=False),
    sa.Column("user_data_64", sa.LargeBinary, nullable=False),
    sa.Column("user_data_32", sa.BigInteger, nullable=False),
    sa.Column("opened_position", sa.BigInteger, nullable=False),
    sa.Column("guarded", sa.Boolean, nullable=False),
    sa.Column("metadata", sa.LargeBinary),
    sa.Column("sealed", sa.LargeBinary),
)
NOTES = sa.Table(
    "directory_notes",
    METADATA,
    sa.Column("transfer_id", sa.LargeBinary, primary_key=True),
    sa.Column("effective_date", sa.Text),
    sa.Column("metadata", sa.LargeBinary),
    sa.Column("sealed", sa.LargeBinary),
)
