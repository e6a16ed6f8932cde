"""A pool's secrets in a file apart: they come back, and a passphrase keeps others out."""

import json
from pathlib import Path

import pytest

from tpwallet.gateways.pool_directory import PoolSecrets
from tpwallet.gateways.secrets_file import (
    SCRYPT_N_MAX,
    needs_passphrase,
    read_secrets,
    secrets_fingerprint,
    write_secrets,
)
from tpwallet.kernel.errors import Malformed

KEYS = PoolSecrets(
    blinding_key="01" * 32, digest_key="02" * 32, signing_seed="03" * 32, vault_key="04" * 32
)
POOL_ID = "ab" * 16


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sealed") / "keys"
    write_secrets(path, KEYS, pool_id=POOL_ID, passphrase="correct horse")
    return path


def test_secrets_come_back_from_a_file_for_their_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    write_secrets(path, KEYS, pool_id=POOL_ID)
    assert not needs_passphrase(path)
    assert read_secrets(path) == KEYS
    assert path.stat().st_mode & 0o777 == 0o600


def test_sealed_secrets_open_with_their_passphrase_only(sealed: Path) -> None:
    assert needs_passphrase(sealed)
    assert read_secrets(sealed, passphrase="correct horse") == KEYS
    for wrong in ("correct horsf", "", None):
        with pytest.raises(Malformed):
            read_secrets(sealed, passphrase=wrong)
    content = sealed.read_text()
    for key in ("01" * 32, "02" * 32, "03" * 32, "04" * 32):
        assert key not in content


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("pool_id", "cd" * 16),
        ("salt", "AAAAAAAAAAAAAAAAAAAAAA=="),
        ("scrypt_n", 2),
        ("scrypt_n", 2 * SCRYPT_N_MAX),
        ("scrypt_n", 3),
        ("scrypt_n", 0),
    ],
)
def test_a_changed_field_opens_nothing_and_costs_nothing(
    sealed: Path, tmp_path: Path, field: str, value: object
) -> None:
    content = json.loads(sealed.read_bytes()) | {field: value}
    (tmp_path / "keys").write_text(json.dumps(content))
    with pytest.raises(Malformed):
        read_secrets(tmp_path / "keys", passphrase="correct horse")


def test_an_empty_passphrase_seals_nothing(tmp_path: Path) -> None:
    with pytest.raises(Malformed, match="empty"):
        write_secrets(tmp_path / "keys", KEYS, pool_id=POOL_ID, passphrase="")
    assert not (tmp_path / "keys").exists()


@pytest.mark.parametrize("content", [b"", b"{}", b'{"format":"tpwallet-sealed-secrets-1"}', b"x"])
def test_what_is_no_secrets_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "keys").write_bytes(content)
    with pytest.raises(Malformed, match="holds no secrets"):
        read_secrets(tmp_path / "keys", passphrase="correct horse")
    with pytest.raises(Malformed, match="cannot be read"):
        read_secrets(tmp_path / "none")
    assert not needs_passphrase(tmp_path / "none")


def test_a_fingerprint_tells_pools_apart_and_nothing_else() -> None:
    other = PoolSecrets(
        blinding_key="01" * 32, digest_key="02" * 32, signing_seed="03" * 32, vault_key="05" * 32
    )
    assert secrets_fingerprint(KEYS) == secrets_fingerprint(KEYS)
    assert secrets_fingerprint(KEYS) != secrets_fingerprint(other)
    assert repr(KEYS) == "PoolSecrets(…)"
