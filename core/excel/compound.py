"""The container of old Office files (MS-CFB): which streams it has, and the workbook's bytes."""

import struct
from typing import Final

COMPOUND_MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LARGEST_SECTOR = 0xFFFFFFFA
_MINI_SECTOR = 64
_MINI_LIMIT = 4096


class DamagedCompound(ValueError):
    """The container's tables contradict each other."""


class Compound:
    """An MS-CFB container held in memory; every chain is bounded by the file's own length."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        try:
            self._open()
        except (struct.error, IndexError, UnicodeDecodeError) as error:
            raise DamagedCompound("directory") from error

    def _open(self) -> None:
        head = self._content
        shift = struct.unpack_from("<H", head, 30)[0]
        if shift not in {9, 12}:
            raise DamagedCompound("sector size")
        self._size = 1 << shift
        self._fat = self._read_fat()
        directory = self._chain(struct.unpack_from("<I", head, 48)[0])
        self.entries: dict[str, tuple[int, int]] = {}
        for offset in range(0, len(directory) - 127, 128):
            length = struct.unpack_from("<H", directory, offset + 64)[0]
            name = directory[offset : offset + max(0, min(length, 64) - 2)].decode("utf-16-le")
            start, size = struct.unpack_from("<II", directory, offset + 116)
            if name:
                self.entries.setdefault(name.lstrip("\x01\x03\x05\x06"), (start, size))
        self._root = struct.unpack_from("<II", directory, 116)

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        sector = self._content[start : start + self._size]
        if not sector:
            raise DamagedCompound("sector outside the file")
        return sector.ljust(self._size, b"\0")

    def _read_fat(self) -> list[int]:
        numbers = list(struct.unpack_from("<109I", self._content, 76))
        following, count = struct.unpack_from("<II", self._content, 68)
        for _ in range(min(count, len(self._content) // self._size)):
            if following > _LARGEST_SECTOR:
                break
            words = struct.unpack(f"<{self._size // 4}I", self._sector(following))
            numbers += words[:-1]
            following = words[-1]
        fat: list[int] = []
        for number in numbers:
            if number <= _LARGEST_SECTOR:
                fat += struct.unpack(f"<{self._size // 4}I", self._sector(number))
        return fat

    def _chain(self, start: int) -> bytes:
        sectors: list[bytes] = []
        while start <= _LARGEST_SECTOR:
            if start >= len(self._fat) or len(sectors) > len(self._fat):
                raise DamagedCompound("chain")
            sectors.append(self._sector(start))
            start = self._fat[start]
        return b"".join(sectors)

    def workbook(self) -> bytes:
        """Read the workbook's stream; raises DamagedCompound when there is none."""
        for name in ("Workbook", "Book"):
            if name in self.entries:
                start, size = self.entries[name]
                return self._stream(start, size)
        raise DamagedCompound("no workbook")

    def _stream(self, start: int, size: int) -> bytes:
        if size >= _MINI_LIMIT:
            return self._chain(start)[:size]
        small = self._chain(self._root[0])
        table = self._chain(struct.unpack_from("<I", self._content, 60)[0])
        links = struct.unpack(f"<{len(table) // 4}I", table)
        parts: list[bytes] = []
        while start <= _LARGEST_SECTOR:
            if start >= len(links) or len(parts) > len(links):
                raise DamagedCompound("small chain")
            parts.append(small[start * _MINI_SECTOR : (start + 1) * _MINI_SECTOR])
            start = links[start]
        return b"".join(parts)[:size]
