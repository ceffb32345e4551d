"""Streams the parts of an .xlsx once: sizes, DTDs, macros, links, and how far the cells reach.

Nothing here builds a tree. A sheet in the usual writing (`<c r="B7" …>`) is searched with a few
patterns over chunks of text; any other writing goes through expat, which is slower and exact.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Final
from xml.parsers.expat import ExpatError

from core.excel import sentences
from core.excel.cellscan import ExactReading, UsualWriting
from core.excel.upload import UnusableFile

MAX_UNPACKED: Final = 400 * 2**20
RATIO: Final = 100
RATIO_FROM: Final = 10 * 2**20
MAX_PARTS: Final = 10_000
CHUNK: Final = 1 << 20

_PLACES: Final = (
    (
        re.compile(r"(^|/)vba(project|data)|(^|/)(macrosheets|dialogsheets)/", re.I),
        sentences.MACROS,
    ),
    (re.compile(r"(^|/)externallinks/", re.I), sentences.EXTERNAL),
    (re.compile(r"(^|/)(embeddings|activex)/", re.I), sentences.EMBEDDED),
)
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']*)""")
_ENCODINGS = {b"utf-8", b"utf8", b"us-ascii", b"ascii"}
_MARKUP = re.compile(rb"<!(?!--|\[CDATA\[)")
_MACRO = re.compile(
    rb"macroEnabled|ms-excel\.(?:intlmacrosheet|macrosheet)|elationships/vbaProject"
)
_LINK = re.compile(rb"relationships/(?:externalLink|attachedTemplate)")


def inspect_archive(content: bytes) -> frozenset[str]:
    """Check an .xlsx; returns the names of the sheet parts that hold error values.

    Raises UnusableFile with a sentence that says what to do.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _inspect(archive, len(content))
    except (zipfile.BadZipFile, zlib.error, ExpatError, OSError) as error:
        raise UnusableFile(sentences.DAMAGED) from error
    except (EOFError, NotImplementedError, ValueError, RuntimeError) as error:
        raise UnusableFile(sentences.DAMAGED) from error


def _inspect(archive: zipfile.ZipFile, size: int) -> frozenset[str]:
    parts = archive.infolist()
    names = [part.filename.replace("\\", "/") for part in parts]
    _check_names(names)
    if any(part.flag_bits & 1 for part in parts):
        raise UnusableFile(sentences.ENCRYPTED)
    limit = min(MAX_UNPACKED, max(RATIO_FROM, RATIO * size))
    if sum(part.file_size for part in parts) > limit:
        raise UnusableFile(sentences.BOMB)
    budget = _Budget(limit)
    with_errors: set[str] = set()
    for part, name in zip(parts, names, strict=True):
        with archive.open(part) as stream:
            look = _look_over(name, budget.chunks(stream))
        if look.is_sheet and not look.is_usual:
            exact = ExactReading()
            with archive.open(part) as stream:
                exact.read(_Budget(limit).chunks(stream))
            look.has_errors = exact.has_errors
        if look.has_errors:
            with_errors.add(name)
    return frozenset(with_errors)


def _check_names(names: list[str]) -> None:
    for name in names:
        for place, sentence in _PLACES:
            if place.search(name):
                raise UnusableFile(sentence)
    lower = {name.lower() for name in names}
    if "[content_types].xml" not in lower:
        raise UnusableFile(sentences.DAMAGED)
    if not any(name.endswith("workbook.xml") for name in lower):
        raise UnusableFile(sentences.DAMAGED)
    if len(names) > MAX_PARTS or len(lower) < len(names):
        raise UnusableFile(sentences.DAMAGED)


class _Budget:
    """Counts unpacked bytes while they come; the archive's own figures are not believed."""

    def __init__(self, limit: int) -> None:
        self._left = limit

    def chunks(self, stream: IO[bytes]) -> Iterator[bytes]:
        while chunk := stream.read(CHUNK):
            self._left -= len(chunk)
            if self._left < 0:
                raise UnusableFile(sentences.BOMB)
            yield chunk


def _look_over(name: str, chunks: Iterator[bytes]) -> UsualWriting:
    look = UsualWriting()
    first = next(chunks, b"")
    if not _is_xml(name, first):
        for _ in chunks:
            pass  # unpacked only to be counted
        return look
    is_index = name.endswith(".rels") or name.lower() == "[content_types].xml"
    for text in _whole_tags(first, chunks):
        if _MARKUP.search(text):
            raise UnusableFile(sentences.ENTITIES)
        if is_index:
            _check_index(text)
        look.feed(text)
    return look


def _is_xml(name: str, first: bytes) -> bool:
    text = first.removeprefix(b"\xef\xbb\xbf")
    if text.lstrip()[:1] == b"<" and b"\0" not in text[:100]:
        declared = _DECLARED.match(text)
        if declared and declared[1].lower() not in _ENCODINGS:
            raise UnusableFile(sentences.XML_ENCODING)
        return True
    if first and name.lower().endswith((".xml", ".rels")):
        raise UnusableFile(sentences.XML_ENCODING)
    return False


def _check_index(text: bytes) -> None:
    if _MACRO.search(text):
        raise UnusableFile(sentences.MACROS)
    if _LINK.search(text):
        raise UnusableFile(sentences.EXTERNAL)


def _whole_tags(first: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Cut the stream where tags begin, so that no tag is torn apart."""
    rest = first
    for chunk in chunks:
        cut = rest.rfind(b"<")
        if rest.rfind(b">") >= cut:  # no tag is open
            cut = len(rest)
        if cut > 0:
            yield rest[:cut]
            rest = rest[cut:]
        if len(rest) > 2 * CHUNK:
            raise UnusableFile(sentences.DAMAGED)  # a tag of megabytes
        rest += chunk
    yield rest
