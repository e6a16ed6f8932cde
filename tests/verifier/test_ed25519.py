"""Ed25519 in pure Python agrees with RFC 8032 and refuses what must not verify."""

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from verify_tpwallet import (
    FIELD,
    GROUP_ORDER,
    IDENTITY,
    add_points,
    decode_point,
    ed25519_verifies,
    encode_point,
    has_small_order,
    multiples,
    multiply,
    negated_key_multiples,
)

# RFC 8032, section 7.1: public key, message, signature.
TEST_1024 = (
    "08b8b2b733424243760fe426a4b54908632110a66c2f6591eabd3345e3e4eb98fa6e264bf09efe12ee50f8f5"
    "4e9f77b1e355f6c50544e23fb1433ddf73be84d879de7c0046dc4996d9e773f4bc9efe5738829adb26c81b37"
    "c93a1b270b20329d658675fc6ea534e0810a4432826bf58c941efb65d57a338bbd2e26640f89ffbc1a858efc"
    "b8550ee3a5e1998bd177e93a7363c344fe6b199ee5d02e82d522c4feba15452f80288a821a579116ec6dad2b"
    "3b310da903401aa62100ab5d1a36553e06203b33890cc9b832f79ef80560ccb9a39ce767967ed628c6ad573c"
    "b116dbefefd75499da96bd68a8a97b928a8bbc103b6621fcde2beca1231d206be6cd9ec7aff6f6c94fcd7204"
    "ed3455c68c83f4a41da4af2b74ef5c53f1d8ac70bdcb7ed185ce81bd84359d44254d95629e9855a94a7c1958"
    "d1f8ada5d0532ed8a5aa3fb2d17ba70eb6248e594e1a2297acbbb39d502f1a8c6eb6f1ce22b3de1a1f40cc24"
    "554119a831a9aad6079cad88425de6bde1a9187ebb6092cf67bf2b13fd65f27088d78b7e883c8759d2c4f5c6"
    "5adb7553878ad575f9fad878e80a0c9ba63bcbcc2732e69485bbc9c90bfbd62481d9089beccf80cfe2df16a2"
    "cf65bd92dd597b0707e0917af48bbb75fed413d238f5555a7a569d80c3414a8d0859dc65a46128bab27af87a"
    "71314f318c782b23ebfe808b82b0ce26401d2e22f04d83d1255dc51addd3b75a2b1ae0784504df543af8969b"
    "e3ea7082ff7fc9888c144da2af58429ec96031dbcad3dad9af0dcbaaaf268cb8fcffead94f3c7ca495e056a9"
    "b47acdb751fb73e666c6c655ade8297297d07ad1ba5e43f1bca32301651339e22904cc8c42f58c30c04aafdb"
    "038dda0847dd988dcda6f3bfd15c4b4c4525004aa06eeff8ca61783aacec57fb3d1f92b0fe2fd1a85f672451"
    "7b65e614ad6808d6f6ee34dff7310fdc82aebfd904b01e1dc54b2927094b2db68d6f903b68401adebf5a7e08"
    "d78ff4ef5d63653a65040cf9bfd4aca7984a74d37145986780fc0b16ac451649de6188a7dbdf191f64b5fc5e"
    "2ab47b57f7f7276cd419c17a3ca8e1b939ae49e488acba6b965610b5480109c8b17b80e1b7b750dfc7598d5d"
    "5011fd2dcc5600a32ef5b52a1ecc820e308aa342721aac0943bf6686b64b2579376504ccc493d97e6aed3fb0"
    "f9cd71a43dd497f01f17c0e2cb3797aa2a2f256656168e6c496afc5fb93246f6b1116398a346f1a641f3b041"
    "e989f7914f90cc2c7fff357876e506b50d334ba77c225bc307ba537152f3f1610e4eafe595f6d9d90d11faa9"
    "33a15ef1369546868a7f3a45a96768d40fd9d03412c091c6315cf4fde7cb68606937380db2eaaa707b4c4185"
    "c32eddcdd306705e4dc1ffc872eeee475a64dfac86aba41c0618983f8741c5ef68d3a101e8a3b8cac60c905c"
    "15fc910840b94c00a0b9d0"
)
VECTORS = {
    "TEST 1": (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e3970"
            "1cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    "TEST 2": (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613"
            "d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    "TEST 3": (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760"
            "984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
    "TEST 1024": (
        "278117fc144c72340f67d0f2316e8386ceffbf2b2428c9c51fef7c597f1d426e",
        TEST_1024,
        (
            "0aab4c900501b3e24d7cdf4663326a3a87df5e4843b2cbdb67cbf6e460fec350aa5371b1508f9f4528ecea23"
            "c436d94b5e8fcd4f681e30a6ac00a9704a188a03"
        ),
    ),
    "TEST SHA(abc)": (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        hashlib.sha512(b"abc").hexdigest(),
        (
            "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c6"
            "6431e0303dca179c138ac17ad9bef1177331a704"
        ),
    ),
}


@pytest.mark.parametrize("name", VECTORS)
def test_a_vector_of_rfc_8032_verifies_and_no_changed_one_does(name: str) -> None:
    key, message, signature = (bytes.fromhex(text) for text in VECTORS[name])
    assert ed25519_verifies(key, message, signature)
    assert not ed25519_verifies(key, message + b"\0", signature)
    for index in (0, 31, 32, 63):
        changed = bytearray(signature)
        changed[index] ^= 1
        assert not ed25519_verifies(key, message, bytes(changed))


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=1100), st.integers(0, 511))
def test_what_cryptography_signs_verifies_until_one_bit_changes(
    seed: bytes, message: bytes, bit: int
) -> None:
    signer = Ed25519PrivateKey.from_private_bytes(seed)
    key, signature = signer.public_key().public_bytes_raw(), signer.sign(message)
    assert ed25519_verifies(key, message, signature)
    changed = bytearray(signature)
    changed[bit // 8] ^= 1 << bit % 8
    assert not ed25519_verifies(key, message, bytes(changed))


def test_a_scalar_beyond_the_group_order_is_refused() -> None:
    key, message, signature = (bytes.fromhex(text) for text in VECTORS["TEST 2"])
    scalar = int.from_bytes(signature[32:], "little") + GROUP_ORDER
    assert not ed25519_verifies(key, message, signature[:32] + scalar.to_bytes(32, "little"))


@pytest.mark.parametrize("length", [0, 32, 63, 65])
def test_a_signature_of_another_length_is_refused(length: int) -> None:
    key, message, signature = (bytes.fromhex(text) for text in VECTORS["TEST 1"])
    assert not ed25519_verifies(key, message, (signature + b"\0")[:length])


def small_points() -> list[bytes]:
    """The eight points whose order divides 8: the multiples of one of order 8, found by search.

    The group order times any point of the curve leaves the part of it that has a small order.
    """
    for y in range(2, 100):
        point = decode_point(y.to_bytes(32, "little"))
        if point is not None:
            torsion = multiply(multiples(point), GROUP_ORDER)
            points = [IDENTITY]
            while len(points) < 8:
                points.append(add_points(points[-1], torsion))
            encoded = {encode_point(one) for one in points}
            if len(encoded) == 8:
                return sorted(encoded)
    raise AssertionError("no point of order 8 below y = 100")


def test_keys_of_small_order_are_not_trusted() -> None:
    for encoded in small_points():
        point = decode_point(encoded)
        assert point is not None
        assert has_small_order(point)
        assert negated_key_multiples(encoded) is None
        assert not ed25519_verifies(encoded, b"any", encoded + bytes(32))


def test_a_nonce_of_small_order_is_refused() -> None:
    """With key a and R of small order, S = k a satisfies the bare equation for R = identity."""
    seed = bytes(range(32))
    expanded = bytearray(hashlib.sha512(seed).digest()[:32])
    expanded[0] &= 248
    expanded[31] = expanded[31] & 127 | 64
    secret = int.from_bytes(expanded, "little")
    key = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    nonce = (1).to_bytes(32, "little")
    k = int.from_bytes(hashlib.sha512(nonce + key + b"any").digest(), "little")
    forged = nonce + (k * secret % GROUP_ORDER).to_bytes(32, "little")
    assert not ed25519_verifies(key, b"any", forged)


@pytest.mark.parametrize(
    "encoded",
    [
        FIELD.to_bytes(32, "little"),
        (FIELD + 1).to_bytes(32, "little"),
        ((1 << 255) | 1).to_bytes(32, "little"),
        (2).to_bytes(32, "little"),
        bytes(31),
    ],
    ids=["y is p", "y is p + 1", "x is minus 0", "no point", "too short"],
)
def test_a_key_that_is_no_canonical_point_is_not_trusted(encoded: bytes) -> None:
    assert negated_key_multiples(encoded) is None
