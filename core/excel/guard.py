"""Looks at a file before any parser does: is it what it says, within limits, harmless?"""

from dataclasses import dataclass, field
from typing import Literal

from core.excel import biff, sentences
from core.excel.archive import inspect_archive
from core.excel.compound import COMPOUND_MAGIC, Compound, DamagedCompound
from core.excel.upload import UnusableFile, Upload

Format = Literal["xlsx", "xls", "csv"]
ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Inspection:
    """What the guard learnt: the true format, and the sheet parts that hold error values."""

    format: Format
    error_parts: frozenset[str] = field(default_factory=frozenset)


def inspect(upload: Upload) -> Inspection:
    """Refuse what must not reach a parser; raises UnusableFile that says what to do."""
    content, suffix = upload.content, upload.suffix
    if not content:
        raise UnusableFile(sentences.EMPTY)
    if suffix in {".xlsm", ".xltm", ".xlam"}:
        raise UnusableFile(sentences.MACROS)
    if suffix not in {".xlsx", ".xls", ".csv"}:
        raise UnusableFile(sentences.KINDS)
    found = _format(content)
    if found == "xls" and suffix != ".csv" and _is_encrypted_package(content):
        raise UnusableFile(sentences.ENCRYPTED)
    if suffix != f".{found}":
        raise UnusableFile(
            f"文件内容是{_NAMES[found]}，与扩展名 {suffix} 不符。{sentences.SAVE_AS}"
        )
    if found == "xlsx":
        return Inspection("xlsx", inspect_archive(content))
    if found == "xls":
        _inspect_xls(content)
        return Inspection("xls")
    _inspect_csv(content)
    return Inspection("csv")


_NAMES = {
    "xlsx": "Excel 工作簿(.xlsx)",
    "xls": "Excel 97-2003 工作簿(.xls)",
    "csv": "文本",
    "html": "网页",
    "xml": "XML",
}


def _format(content: bytes) -> str:
    if content.startswith(ZIP_MAGIC):
        return "xlsx"
    if content.startswith(COMPOUND_MAGIC):
        return "xls"
    head = content[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(b"<?xml"):
        return "xml"
    if head.startswith(b"<"):
        return "html"
    return "csv"


def _is_encrypted_package(content: bytes) -> bool:
    try:
        return "EncryptedPackage" in Compound(content).entries
    except DamagedCompound:
        return False


def _inspect_xls(content: bytes) -> None:
    try:
        compound = Compound(content)
        if any(name.startswith("_VBA") or name in {"VBA", "Macros"} for name in compound.entries):
            raise UnusableFile(sentences.MACROS)
        traits = biff.traits(compound.workbook())
    except DamagedCompound as error:
        raise UnusableFile(sentences.DAMAGED) from error
    if traits.encrypted:
        raise UnusableFile(sentences.ENCRYPTED)
    if traits.macros:
        raise UnusableFile(sentences.MACROS)
    if traits.external_links:
        raise UnusableFile(sentences.EXTERNAL)


def _inspect_csv(content: bytes) -> None:
    if content.startswith(UTF16_MARKS) or b"\0" in content:
        raise UnusableFile(sentences.CSV_ENCODING)
