import pytest

from core.pinyin import initials, sort_key


@pytest.mark.parametrize(
    ("name", "expected"),
    [("张三", "zs"), ("单雄信", "sxx"), ("仇英", "qy"), ("解缙", "xj"), ("查良镛", "zly"),
     ("曾国藩", "zgf"), ("区寄", "oj"), ("尉迟敬德", "ycjd"), ("任盈盈", "ryy"), ("盖叫天", "gjt")],
)  # fmt: skip
def test_surnames_have_readings_of_their_own(name: str, expected: str) -> None:
    assert initials(name) == expected


def test_sorting_is_by_syllable() -> None:
    names = ["张三", "安然", "李四", "欧阳修"]
    assert sorted(names, key=sort_key) == ["安然", "李四", "欧阳修", "张三"]
