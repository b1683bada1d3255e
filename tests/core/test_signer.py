"""HMAC from prepared key states: RFC 4231, and any key and message against the standard library."""

from __future__ import annotations

import copy
import ctypes
import hmac
import pickle

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hftx._core.signer import Signer, backend
from hftx.config import Credentials
from hftx.errors import UsageError

# RFC 4231, sections 4.2 to 4.8: key, data, HMAC-SHA-256, HMAC-SHA-512; 4.6 prints only the first 128 bits
RFC_4231 = [
    (
        b"\x0b" * 20, b"Hi There",
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde"
        "daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854",
    ),
    (
        b"Jefe", b"what do ya want for nothing?",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
        "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
    ),
    (
        b"\xaa" * 20, b"\xdd" * 50,
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
        "fa73b0089d56a284efb0f0756c890be9b1b5dbdd8ee81a3655f83e33b2279d39"
        "bf3e848279a722c806b485a47e67c807b946a337bee8942674278859e13292fb",
    ),
    (
        bytes(range(1, 26)), b"\xcd" * 50,
        "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
        "b0ba465637458c6990e5a8c5f61d4af7e576d97ff94b872de76f8050361ee3db"
        "a91ca5c11aa25eb4d679275cc5788063a5f19741120c4f2de2adebeb10a298dd",
    ),
    (b"\x0c" * 20, b"Test With Truncation", "a3b6167473100ee06e0c796c2955552b", "415fad6271580a531d4179bc891d87a6"),
    (
        b"\xaa" * 131, b"Test Using Larger Than Block-Size Key - Hash Key First",
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352"
        "6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598",
    ),
    (
        b"\xaa" * 131, b"This is a test using a larger than block-size key and a larger than block-size data. "
        b"The key needs to be hashed before being used by the HMAC algorithm.",
        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
        "e37b6a775dc87dbaa4dfa9f96e5e3ffddebd71f8867289865df5a32d20cdc944"
        "b6022cac3c4982b10d5eeb55c3e4de15134676fb6de0446065c97440fa8c6a58",
    ),
]  # fmt: skip
ALGORITHMS = ("sha256", "sha512")
SECRET = "do-not-show-me-5f1d7c2a"


@pytest.mark.parametrize("prepared", [True, False], ids=["prepared", "hashlib"])
@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("vector", RFC_4231, ids=[f"4.{number}" for number in range(2, 9)])
def test_rfc_4231(vector: tuple[bytes, bytes, str, str], algorithm: str, prepared: bool) -> None:
    key, data, *expected = vector
    wanted = expected[ALGORITHMS.index(algorithm)]
    assert Signer(key, algorithm, prepared).hexdigest(data)[: len(wanted)] == wanted


@given(st.sampled_from(ALGORITHMS), st.binary(min_size=1, max_size=200), st.binary(max_size=2000))
@example("sha256", b"k" * 64, b"m" * 55)
@example("sha256", b"k" * 65, b"m" * 56)
@example("sha512", b"k" * 128, b"m" * 111)
@example("sha512", b"k" * 129, b"m" * 112)
@settings(max_examples=500, deadline=None)
def test_any_key_and_message_agree_with_hmac(algorithm: str, key: bytes, message: bytes) -> None:
    signer = Signer(key, algorithm)
    expected = hmac.new(key, message, algorithm).hexdigest()
    assert [signer.hexdigest(message), signer.hexdigest(message)] == [expected, expected]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_length_around_the_blocks_agrees_with_hmac(algorithm: str) -> None:
    signer = Signer(b"key", algorithm)
    for size in range(600):
        message = bytes(i % 251 for i in range(size))
        assert signer.hexdigest(message) == hmac.new(b"key", message, algorithm).hexdigest(), size


def test_a_secret_is_text_bytes_or_credentials() -> None:
    kinds = SECRET, SECRET.encode(), Credentials("key", SECRET)
    assert len({Signer(kind, "sha256").hexdigest(b"message") for kind in kinds}) == 1


def test_the_backend_is_named() -> None:
    assert backend() in ("openssl", "hashlib")


@pytest.mark.parametrize("secret", ["", b"", None, 5, "naïve", bytearray(b"abc")])
def test_a_secret_of_another_kind_is_refused_without_being_shown(secret: object) -> None:
    with pytest.raises(UsageError) as refused:
        Signer(secret, "sha256")  # type: ignore[arg-type]
    assert "na" not in str(refused.value) and refused.value.__cause__ is refused.value.__context__ is None


def test_an_unknown_algorithm_is_refused() -> None:
    with pytest.raises(UsageError, match="sha256, sha512"):
        Signer(b"key", "md5")


@pytest.mark.parametrize("prepared", [True, False], ids=["prepared", "hashlib"])
@pytest.mark.parametrize("way", [pickle.dumps, copy.copy, copy.deepcopy], ids=["pickle", "copy", "deepcopy"])
def test_a_signer_is_not_pickled_or_copied(way: object, prepared: bool) -> None:
    with pytest.raises(TypeError, match="not pickled or copied"):
        way(Signer(SECRET, "sha512", prepared))  # type: ignore[operator]


@pytest.mark.parametrize("prepared", [True, False], ids=["prepared", "hashlib"])
def test_a_signer_shows_and_compares_nothing(prepared: bool) -> None:
    signer, twin = Signer(SECRET, "sha256", prepared), Signer(SECRET, "sha256", prepared)
    assert repr(signer) == str(signer) == "<Signer>" and signer != twin
    assert not hasattr(signer, "__dict__")
    shown = [name for name in dir(signer) if not name.startswith("__") and SECRET in repr(getattr(signer, name))]
    assert shown == []


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_signer_does_not_keep_the_key(algorithm: str) -> None:
    # Not even as one of the two blocks that the key is mixed into; the memory of the object itself is looked at.
    key = SECRET.encode()
    signer = Signer(key, algorithm)
    for _ in range(2):
        memory = ctypes.string_at(id(signer), type(signer).__basicsize__)
        for pad in (0, 0x36, 0x5C):
            assert bytes(letter ^ pad for letter in key) not in memory
        signer.hexdigest(b"message")


@pytest.mark.parametrize("message", ["text", None, bytearray(b"m")])
def test_only_bytes_are_signed(message: object) -> None:
    with pytest.raises(TypeError):
        Signer(b"key", "sha256").hexdigest(message)  # type: ignore[arg-type]
