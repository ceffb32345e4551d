import pytest

from core import masks

NUMBERS = "1234567890" * 3


@pytest.mark.parametrize("length", range(1, 31))
@pytest.mark.parametrize("purpose", sorted(masks.BY_PURPOSE))
def test_every_length_is_masked_by_position(purpose: str, length: int) -> None:
    text = NUMBERS[:length]
    shown = masks.masked(text, purpose)
    kept = [at for at, char in enumerate(shown) if char != "*"]
    assert len(shown) == length
    assert len(kept) <= (7 if purpose == "phone" and length >= 11 else length // 2)
    assert len(kept) <= 7
    assert all(shown[at] == text[at] for at in kept)
    assert "*" in shown
    assert "**" in shown or length == 1


@pytest.mark.parametrize(
    ("purpose", "text", "shown"),
    [
        ("id", "11010119800307771X", "110***********771X"),
        ("id", "110101800307771", "110********7771"),
        ("id", "E12345678", "E******78"),
        ("id", "12345", "*****"),
        ("card", "6222020200012340123", "***************0123"),
        ("card", "6222020200012340", "************2340"),
        ("phone", "13800131234", "138****1234"),
        ("phone", "67012345", "******45"),
        ("diagnosis", "C50.9", "*****"),
    ],
)
def test_as_the_office_writes_them(purpose: str, text: str, shown: str) -> None:
    assert masks.masked(text, purpose) == shown


def test_names_by_their_first_character() -> None:
    assert [masks.name(text) for text in ("张伟明", "张", "")] == ["张**", "张*", ""]
