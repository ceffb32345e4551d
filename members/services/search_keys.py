"""The columns under which a person is found, computed in one place for acts by hand.

A roster computes the same ones row by row (core.importing.columns, members.imports.roster).
"""

from typing import Any

from core import crypto, pinyin
from core.importing.cells import comparable_name


def name_keys(name: str) -> dict[str, Any]:
    """The columns of a cleaned name: for comparing, for sorting, for finding 张三 by zs."""
    return {
        "name": name,
        "name_key": comparable_name(name),
        "sort_key": pinyin.sort_key(name),
        "initials": pinyin.initials(name),
        "other_initials": pinyin.other_initials(name),
    }


def document_keys(number: str) -> dict[str, Any]:
    """The columns of a right document number: sealed, and hashed whole and by its last 4 and 6."""
    return {
        "document_index": crypto.blind(number, "id"),
        "document_tail4_index": crypto.tail_blinder("id", 4)(number[-4:]),
        "document_tail6_index": crypto.tail_blinder("id", 6)(number[-6:]),
        "document_sealed": crypto.seal(number, "id"),
    }


def card_keys(number: str) -> dict[str, Any]:
    """The columns of a right card number, or of no card."""
    if not number:
        return {"card_index": None, "card_tail4_index": "", "card_sealed": None}
    return {
        "card_index": crypto.blind(number, "card"),
        "card_tail4_index": crypto.tail_blinder("card", 4)(number[-4:]),
        "card_sealed": crypto.seal(number, "card"),
    }


def phone_keys(number: str) -> dict[str, Any]:
    """The columns of a telephone number, or of none."""
    if not number:
        return {"phone_index": "", "phone_sealed": None}
    return {
        "phone_index": crypto.blind(number, "phone"),
        "phone_sealed": crypto.seal(number, "phone"),
    }
