"""Columns of a workbook: what the contract calls them and how a cell of each is read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as made
from datetime import date
from typing import Any, Final, Literal

from core import identity
from core.excel.text import Cell, clean
from core.importing import cells
from core.importing.cells import CellError

Secret = Literal["id", "card", "phone", "diagnosis"]
ID: Final = "id"
CARD: Final = "card"
PHONE: Final = "phone"
Notice = tuple[str, str, str]  # a warning: code, message, advice
WRONG: Final = object()  # stands in Env.other for a cell that has an error of its own


@dataclass(slots=True)
class Env:
    """What reading a cell may depend on beside the cell.

    `today`: day of the import. `epoch_1904`: the workbook counts days from 1904.
    `other`: value of the column named by `depends`, None when that cell is empty.
    """

    today: date
    epoch_1904: bool = False
    other: Any = None


Parse = Callable[[Cell, Env], Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the contract.

    `name`: the contract's header without `*`. `field`: staging column, English.
    `parse`: reads a cell that is not empty, or raises CellError; may return None for an empty one.
    `required`: an empty cell is REQUIRED. `sql`: type in the staging table.
    `secret`: the value goes to staging only as `<field>_index` (keyed hash, text) and
    `<field>_sealed` (bytea, only in a run that writes), under this purpose of `core.crypto`.
    `tails`: of so many last characters there is a hash too, `<field>_tail4_index`.
    `derive`: plain staging columns computed from the value: name -> (SQL type, function).
    `depends`: an earlier column's field; its value is `env.other`; where that cell is wrong, only
    what this column says without it is checked.
    `warn`: finds a warning about a right value. `choices`: words of the template's drop-down.
    `help`: line of 填写说明. `width`: of the template's column, in characters.
    `text_format`: the template formats the column as text (numbers that must keep all digits).
    `error_code`: the code of an error value (#N/A …) in this column.
    """

    name: str
    field: str
    parse: Parse
    required: bool = False
    sql: str = "text"
    secret: Secret | None = None
    tails: tuple[int, ...] = ()
    derive: Mapping[str, tuple[str, Callable[[Any], Any]]] = made(default_factory=dict)
    depends: str | None = None
    warn: Callable[[Any], Notice | None] | None = None
    choices: tuple[str, ...] = ()
    help: str = ""
    width: int = 14
    text_format: bool = False
    error_code: str = "REQUIRED"


def text(name: str, field: str, *, limit: int = 100, **more: Any) -> Column:
    """Text of at most `limit` characters (TOO_LONG); 500 for 备注, 诊断, 退票原因; 0: no limit."""
    return Column(name, field, _limited(clean, limit), **more)


def person_name(name: str, field: str, **more: Any) -> Column:
    """A person's name, cleaned; `derive` gives `<field>_key`, under which two spellings compare."""
    derive = {f"{field}_key": ("text", cells.comparable_name), **more.pop("derive", {})}
    return Column(name, field, _limited(cells.clean_name, 100), derive=derive, **more)


def code(name: str, field: str, *, limit: int = 100, **more: Any) -> Column:
    """A number that names a record: blanks and apostrophe removed, upper case.

    Give `limit=0` where the code is looked up: an endless one is simply unknown.
    """
    return Column(name, field, _limited(cells.clean_code, limit), text_format=True, **more)


def choice(
    name: str, field: str, words: Mapping[str, Any] | tuple[str, ...], **more: Any
) -> Column:
    """One of a list of words (CHOICE); a mapping says what each stands for."""
    values = words if isinstance(words, Mapping) else {word: word for word in words}
    listed = "、".join(values)

    def parse(cell: Cell, env: Env) -> Any:
        found = values.get(clean(cell))
        if found is None:
            raise CellError("CHOICE", f"只能填写{listed}", "请从下拉列表中选择")
        return found

    shown = more.pop("choices", tuple(values))
    return Column(name, field, parse, choices=shown, error_code="CHOICE", **more)


def day(name: str, field: str, **more: Any) -> Column:
    """A civil date in any form of the contract (DATE)."""
    return Column(name, field, _parse_day, sql="date", width=12, error_code="DATE", **more)


def amount(name: str, field: str, *, negative: bool = False, **more: Any) -> Column:
    """An amount in yuan, two decimals (NUMBER); below 0 it is AMOUNT unless `negative`."""

    def parse(cell: Cell, env: Env) -> Any:
        value = cells.read_amount(cell)
        if value is None:
            raise CellError("NUMBER", "不是金额，或小数多于两位", "请填写数字，如 1234.50")
        if value < 0 and not negative:
            raise CellError("AMOUNT", "金额不能为负", "请核对后填写")
        return value

    return Column(name, field, parse, sql="numeric(14,2)", error_code="NUMBER", **more)


def count(name: str, field: str, **more: Any) -> Column:
    """A whole number from 0 up (NUMBER)."""
    return Column(name, field, _parse_count, sql="integer", error_code="NUMBER", width=10, **more)


def document(
    name: str,
    field: str,
    *,
    depends: str | None = None,
    default: identity.Document | None = None,
    **more: Any,
) -> Column:
    """Number of an identity document; the type is the value of `depends` (identity.Document).

    `default`: the type where there is none; None takes every type that the form of the number
    allows. Staging gets `<field>_index`, `<field>_sealed`, and plain `<field>_born` (date) and
    `<field>_sex` ('M' or 'F').
    """

    def parse(cell: Cell, env: Env) -> str | None:
        if cells.has_lost_digits(cell):
            raise CellError(*LOST)
        number = cells.clean_code(cell)
        if not number or env.other is WRONG:
            return number or None
        fault = identity.document_fault(number, document=env.other or default, today=env.today)
        if fault is not None:
            raise CellError(*fault)
        return number

    derive = {
        f"{field}_born": ("date", identity.birth_date),
        f"{field}_sex": ("text", identity.sex),
        **more.pop("derive", {}),
    }
    return Column(
        name, field, parse, secret=ID, derive=derive, depends=depends,
        warn=_warn_region, text_format=True, width=22, error_code="ID_FORMAT", **more,
    )  # fmt: skip


def credit_code(name: str, field: str, **more: Any) -> Column:
    """A unified social credit code, GB 32100 (ID_FORMAT, ID_CHECK)."""
    return Column(
        name, field, _parse_credit_code, text_format=True, width=22, error_code="ID_FORMAT", **more
    )


def card(name: str, field: str, **more: Any) -> Column:
    """A bank card number, 16–19 digits (CARD_FORMAT); Luhn is the warning CARD_LUHN."""
    return Column(
        name, field, _parse_card, secret=CARD, warn=_warn_luhn, text_format=True, width=23,
        error_code="CARD_FORMAT", **more,
    )  # fmt: skip


def phone(name: str, field: str, **more: Any) -> Column:
    """A telephone number, any form."""
    return Column(
        name, field, _limited(cells.clean_code, 100), secret=PHONE, text_format=True, **more
    )


def _limited(cleaner: Callable[[Cell], str], limit: int) -> Parse:
    def parse(cell: Cell, env: Env) -> str | None:
        value = cleaner(cell)
        if limit and len(value) > limit:
            raise CellError("TOO_LONG", f"共{len(value)}个字，最多{limit}个字", "请缩短后填写")
        return value or None

    return parse


def _parse_day(cell: Cell, env: Env) -> date:
    value = cells.read_date(cell, epoch_1904=env.epoch_1904)
    if value is None:
        raise CellError("DATE", "不是能识别的日期", "请按 2018-03-01 的样式填写")
    return value


def _parse_count(cell: Cell, env: Env) -> int:
    value = cells.read_count(cell)
    if value is None:
        raise CellError("NUMBER", "不是大于等于0的整数", "请填写整数")
    return value


LOST = (
    "ID_AS_NUMBER",
    "被Excel改成了数字，后几位已丢失，无法还原",
    "请把该列设为“文本”格式后重新填写",
)


def _parse_credit_code(cell: Cell, env: Env) -> str | None:
    value = cells.clean_code(cell)
    fault = identity.credit_code_fault(value) if value else None
    if fault is not None:
        raise CellError(*fault)
    return value or None


def _parse_card(cell: Cell, env: Env) -> str | None:
    if cells.has_lost_digits(cell):
        raise CellError(*LOST)
    number = cells.clean_code(cell)
    if number and not (number.isascii() and number.isdigit() and 16 <= len(number) <= 19):
        raise CellError("CARD_FORMAT", f"应为16至19位数字，现为{len(number)}位", "请核对京卡")
    return number or None


def _warn_luhn(number: str) -> Notice | None:
    if identity.luhn_ok(number):
        return None
    return ("CARD_LUHN", "卡号校验位不符，可能有误", "请核对京卡")


def _warn_region(number: str) -> Notice | None:
    if identity.region_known(number):
        return None
    return ("ID_REGION", "前六位不是已知的行政区划代码", "请核对证件原件")
