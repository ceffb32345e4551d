import pytest
from cryptography.exceptions import InvalidTag

from core.crypto import blind, masked, seal, unseal

NUMBER = "11010519491231002X"


def test_a_sealed_number_comes_back_and_is_never_the_same_twice() -> None:
    first, second = seal(NUMBER, "id"), seal(NUMBER, "id")
    assert unseal(first, "id") == unseal(second, "id") == NUMBER
    assert first != second
    assert NUMBER.encode() not in first


def test_a_value_does_not_open_as_another_kind() -> None:
    with pytest.raises(InvalidTag):
        unseal(seal(NUMBER, "id"), "card")


def test_an_altered_value_does_not_open() -> None:
    blob = bytearray(seal(NUMBER, "id"))
    blob[-1] ^= 1
    with pytest.raises(InvalidTag):
        unseal(bytes(blob), "id")


def test_the_index_finds_the_same_number_of_the_same_kind_only() -> None:
    assert blind(NUMBER, "id") == blind(NUMBER, "id")
    assert blind(NUMBER, "id") != blind(NUMBER, "card")
    assert len(blind(NUMBER, "id")) == 32


@pytest.mark.parametrize("length", range(31))
def test_masking_hides_the_middle_of_every_length(length: int) -> None:
    text = "1234567890" * 3
    shown = masked(text[:length])
    assert len(shown) == length
    assert sum(char.isdigit() for char in shown) <= 7
    assert length <= 7 or shown.endswith(text[:length][-4:])
    assert length > 7 or set(shown) <= {"*"}
