"""The records of an old .xls workbook (MS-XLS), as far as the guard and the reader need them."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_BOF, _EOF = 0x0809, 0x000A
_FILEPASS, _DATEMODE, _BOUNDSHEET, _SUPBOOK = 0x002F, 0x0022, 0x0085, 0x01AE
_FORMULA, _BOOLERR = 0x0006, 0x0205
_INTERNAL = (0x0401, 0x3A01)  # SUPBOOK of the workbook itself and of add-in functions


@dataclass(slots=True)
class Traits:
    """What the globals of a workbook say about it."""

    encrypted: bool = False
    macros: bool = False
    external_links: bool = False
    epoch_1904: bool = False


def _records(stream: bytes, start: int = 0) -> Iterator[tuple[int, int, int]]:
    """Yield (type, offset of the body, length) of each record."""
    end = len(stream) - 4
    while start <= end:
        kind, length = struct.unpack_from("<HH", stream, start)
        yield kind, start + 4, length
        start += 4 + length


def traits(stream: bytes) -> Traits:
    """Read the globals of a workbook stream."""
    found = Traits()
    for kind, at, length in _records(stream):
        if kind == _EOF:
            break
        if kind == _FILEPASS:
            found.encrypted = True
            break  # all that follows is encrypted
        if kind == _BOUNDSHEET and length > 5:
            found.macros |= stream[at + 5] == 1
        elif kind == _SUPBOOK and length >= 4:
            marker = struct.unpack_from("<H", stream, at + 2)[0]
            found.external_links |= marker not in _INTERNAL and marker > 1
        elif kind == _DATEMODE:
            found.epoch_1904 = stream[at : at + 1] == b"\1"
    return found


def sheet_offsets(stream: bytes) -> list[int]:
    """List where each sheet begins in the stream, in the workbook's order."""
    offsets = []
    for kind, at, length in _records(stream):
        if kind == _EOF:
            break
        if kind == _BOUNDSHEET and length >= 4:
            offsets.append(struct.unpack_from("<I", stream, at)[0])
    return offsets


def error_cells(stream: bytes, offset: int) -> set[tuple[int, int]]:
    """Find the cells (row, column, both from 0) of one sheet that hold an error value."""
    found: set[tuple[int, int]] = set()
    depth = 0
    for kind, at, length in _records(stream, offset):
        depth += (kind == _BOF) - (kind == _EOF)
        if depth == 0:
            break
        if kind == _BOOLERR and length >= 8:
            is_error = stream[at + 7] == 1
        elif kind == _FORMULA and length >= 14:
            is_error = stream[at + 6] == 2 and stream[at + 12 : at + 14] == b"\xff\xff"
        else:
            continue
        if is_error and depth == 1:
            row, column = struct.unpack_from("<HH", stream, at)
            found.add((row, column))
    return found
