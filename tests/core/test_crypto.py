"""Both suites over key files of their own: round trips, and everything that must not open."""

import hmac
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag

from core import crypto
from core.crypto import blind, blinds, seal, unseal

NUMBER = "11010519491231002X"
AES_KEY, SM4_KEY = "a1" * 32, "b2" * 16
OLD_FORMAT = {"current": 1, "keys": {"1": AES_KEY}, "index": "c3" * 32}
SM4_ENTRY = {"algorithm": crypto.SM4, "key": SM4_KEY}
KeyFile = Callable[[crypto.Document], None]


@pytest.fixture
def key_file(tmp_path: Path, settings: pytest.FixtureRequest) -> KeyFile:
    """Puts a key file in place of the one of the tests."""
    settings.FIELD_KEYS_FILE = tmp_path / "fields.json"  # type: ignore[attr-defined]

    def put(document: crypto.Document) -> None:
        (tmp_path / "fields.json").write_text(json.dumps(document))

    return put


@pytest.fixture(params=[AES_KEY, {"algorithm": crypto.AES, "key": AES_KEY}, SM4_ENTRY])
def suite(request: pytest.FixtureRequest, key_file: KeyFile) -> None:
    key_file({**OLD_FORMAT, "keys": {"1": request.param}})


@pytest.mark.usefixtures("suite")
class TestEverySuite:
    @pytest.mark.parametrize("text", ["", "张", NUMBER, "诊断" * 5000])
    def test_a_sealed_value_comes_back_and_is_never_the_same_twice(self, text: str) -> None:
        first, second = seal(text, "id"), seal(text, "id")
        assert unseal(first, "id") == unseal(memoryview(second), "id") == text
        assert first != second
        assert not text or text.encode() not in first
        assert len(first) == 1 + 12 + len(text.encode()) + 16

    def test_a_value_does_not_open_as_another_kind(self) -> None:
        with pytest.raises(InvalidTag):
            unseal(seal(NUMBER, "id"), "card")

    @pytest.mark.parametrize("place", [1, 12, 13, 30, -16, -1])
    def test_an_altered_value_does_not_open(self, place: int) -> None:
        blob = bytearray(seal(NUMBER, "id"))
        blob[place] ^= 1
        with pytest.raises(InvalidTag):
            unseal(bytes(blob), "id")

    def test_a_tag_cut_short_does_not_open(self) -> None:
        with pytest.raises(InvalidTag):
            unseal(seal(NUMBER, "id")[:-12], "id")

    def test_an_unknown_key_is_named(self) -> None:
        blob = bytes([7]) + seal(NUMBER, "id")[1:]
        with pytest.raises(crypto.UnknownKey, match=r"key 7 is not in fields\.json"):
            unseal(blob, "id")


def test_sm4_gives_the_vector_of_rfc_8998() -> None:
    """RFC 8998, appendix A.1: SM4-GCM."""
    suite = crypto.SM4GCM(bytes.fromhex("0123456789ABCDEFFEDCBA9876543210"))
    plain = b"".join(bytes([byte]) * 8 for byte in (0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF, 0xEE, 0xAA))
    sealed = suite.encrypt(
        bytes.fromhex("00001234567800000000ABCD"),
        plain,
        bytes.fromhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2"),
    )
    assert sealed.hex().upper() == (
        "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735"
        "D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D"
        "83DE3541E4C2B58177E065A9BF7B62EC"
    )


def test_values_of_several_keys_live_side_by_side(key_file: KeyFile) -> None:
    key_file(OLD_FORMAT)
    old = seal(NUMBER, "id")
    crypto.change_key_file(lambda held: held["keys"].update({"2": SM4_ENTRY}))
    crypto.change_key_file(lambda held: held.update(current=2))
    new = seal(NUMBER, "id")
    assert (old[0], new[0]) == (1, 2)
    assert unseal(old, "id") == unseal(new, "id") == NUMBER


@pytest.mark.parametrize(
    "wrong", ["00", {"algorithm": crypto.SM4, "key": AES_KEY}, {"algorithm": crypto.AES, "key": ""}]
)
def test_a_key_of_the_wrong_length_is_never_put_in_place(
    key_file: KeyFile, wrong: object, tmp_path: Path
) -> None:
    key_file(OLD_FORMAT)
    with pytest.raises(ValueError, match="bytes"):
        crypto.change_key_file(lambda held: held["keys"].update({"2": wrong}))
    assert json.loads((tmp_path / "fields.json").read_text()) == OLD_FORMAT


def test_the_key_file_is_for_its_owner_only(key_file: KeyFile, tmp_path: Path) -> None:
    seal(NUMBER, "id")  # made on first use
    place = tmp_path / "fields.json"
    assert place.stat().st_mode & 0o777 == 0o600
    crypto.change_key_file(lambda held: None)
    assert place.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["fields.json"]


def test_the_index_finds_the_same_number_of_the_same_kind_only() -> None:
    assert blind(NUMBER, "id") == blind(NUMBER, "id")
    assert blind(NUMBER, "id") != blind(NUMBER, "card")
    assert len(blind(NUMBER, "id")) == 32
    assert blinds(NUMBER, "id") == [blind(NUMBER, "id")]


@pytest.mark.parametrize("length", [16, 32, 64, 65])
def test_a_hash_is_what_hmac_gives(length: int) -> None:
    key = bytes(range(length))
    right = hmac.digest(key, b"id:" + NUMBER.encode(), "sha256")[:16].hex()
    assert crypto.blinder("id", key)(NUMBER) == right


def test_both_index_keys_are_tried_while_one_replaces_the_other(key_file: KeyFile) -> None:
    key_file(OLD_FORMAT)
    old = blind(NUMBER, "id")
    key_file({**OLD_FORMAT, "next_index": "d4" * 32})
    assert blinds(NUMBER, "id")[0] == old == blind(NUMBER, "id")
    assert len(set(blinds(NUMBER, "id"))) == 2
