"""Money: Decimal yuan with two places. The only module that rounds, splits or spells amounts."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal("0.00")
FEN = Decimal("0.01")

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "万亿")


def to_fen(amount: Decimal) -> Decimal:
    """Round once, half up, to the fen (catalogue: money_rounding)."""
    return amount.quantize(FEN, rounding=ROUND_HALF_UP)


def split(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Split an amount by weights so that the parts sum to it exactly (largest remainder).

    Weights are not negative and not all zero; the amount is not negative.
    """
    total = sum(weights, Decimal(0))
    if total <= 0 or any(weight < 0 for weight in weights) or amount < 0:
        raise ValueError("weights must be positive in sum and the amount not negative")
    fen = int(to_fen(amount) * 100)
    floors = [int(fen * weight // total) for weight in weights]
    order = sorted(range(len(weights)), key=lambda i: (-(fen * weights[i] / total - floors[i]), i))
    for i in order[: fen - sum(floors)]:
        floors[i] += 1
    return [Decimal(part) / 100 for part in (floor for floor in floors)]


def _group_in_capitals(group: int) -> str:
    text, zero = "", False
    for place in (3, 2, 1, 0):
        digit = group // 10**place % 10
        if digit:
            text += ("零" if zero and text else "") + DIGITS[digit] + PLACES[place]
            zero = False
        else:
            zero = True
    return text


def _yuan_in_capitals(yuan: int) -> str:
    groups: list[int] = []
    while yuan:
        yuan, group = divmod(yuan, 10000)
        groups.append(group)
    text = ""
    for index in range(len(groups) - 1, -1, -1):
        group = groups[index]
        if not group:
            continue
        follows = text and (group < 1000 or (index + 1 < len(groups) and not groups[index + 1]))
        text += ("零" if follows else "") + _group_in_capitals(group) + GROUPS[index]
    return text


def in_capitals(amount: Decimal) -> str:
    """An amount as vouchers spell it: 人民币壹仟肆佰零玖元伍角.

    Not negative, below 10^16 yuan. Source: 支付结算办法 附件一《正确填写票据和结算凭证的基本规定》.
    """
    if amount < 0:
        raise ValueError("payment papers carry no negative amounts")
    fen_total = int(to_fen(amount) * 100)
    yuan, rest = divmod(fen_total, 100)
    jiao, fen = divmod(rest, 10)
    text = "人民币" + (_yuan_in_capitals(yuan) + "元" if yuan else "")
    if not rest:
        return text + "整" if yuan else "人民币零元整"
    if jiao:
        return text + DIGITS[jiao] + "角" + (DIGITS[fen] + "分" if fen else "")
    return text + ("零" if yuan else "") + DIGITS[fen] + "分"
