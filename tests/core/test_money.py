from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import in_capitals, split, to_fen

# 支付结算办法 附件一; where a zero before 角 is optional we write none
CAPITALS = [
    ("1409.50", "人民币壹仟肆佰零玖元伍角"),
    ("6007.14", "人民币陆仟零柒元壹角肆分"),
    ("1680.32", "人民币壹仟陆佰捌拾元叁角贰分"),
    ("107000.53", "人民币壹拾万柒仟元伍角叁分"),
    ("16409.02", "人民币壹万陆仟肆佰零玖元零贰分"),
    ("325.04", "人民币叁佰贰拾伍元零肆分"),
    ("8589.68", "人民币捌仟伍佰捌拾玖元陆角捌分"),
    ("82560", "人民币捌万贰仟伍佰陆拾元整"),
    ("158160", "人民币壹拾伍万捌仟壹佰陆拾元整"),
    ("67260", "人民币陆万柒仟贰佰陆拾元整"),
    ("258778", "人民币贰拾伍万捌仟柒佰柒拾捌元整"),
    ("2989000", "人民币贰佰玖拾捌万玖仟元整"),
    ("6922000", "人民币陆佰玖拾贰万贰仟元整"),
    ("13490000", "人民币壹仟叁佰肆拾玖万元整"),
    ("1001001", "人民币壹佰万壹仟零壹元整"),
    ("30000.07", "人民币叁万元零柒分"),
    ("0.05", "人民币伍分"),
    ("0.50", "人民币伍角"),
    ("10", "人民币壹拾元整"),
    ("0", "人民币零元整"),
    ("100000000", "人民币壹亿元整"),
    ("100010001.10", "人民币壹亿零壹万零壹元壹角"),
]


@pytest.mark.parametrize(("amount", "words"), CAPITALS)
def test_amounts_in_capitals(amount: str, words: str) -> None:
    assert in_capitals(Decimal(amount)) == words


def test_capitals_refuse_a_negative_amount() -> None:
    with pytest.raises(ValueError, match="negative"):
        in_capitals(Decimal("-1"))


@pytest.mark.parametrize(
    ("raw", "fen"), [("1219.998", "1220.00"), ("0.005", "0.01"), ("2.675", "2.68"), ("1", "1.00")]
)
def test_rounds_half_up_to_the_fen(raw: str, fen: str) -> None:
    assert to_fen(Decimal(raw)) == Decimal(fen)


@given(
    fen=st.integers(0, 10**10),
    weights=st.lists(st.integers(0, 10**6), min_size=1, max_size=30).filter(any),
)
def test_parts_sum_to_the_whole(fen: int, weights: list[int]) -> None:
    amount = Decimal(fen) / 100
    parts = split(amount, [Decimal(weight) for weight in weights])
    assert sum(parts) == amount
    assert all(part >= 0 for part in parts)


def test_split_refuses_weights_without_a_sum() -> None:
    with pytest.raises(ValueError, match="positive"):
        split(Decimal("1.00"), [Decimal(0)])
