"""What the hidden sheet of a template says; the reading process uses it, so nothing heavy here."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

STAMP: Final = "_stamp"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the hidden sheet says: which template this is, and for which unit it was filled."""

    kind: str
    version: str
    unit_code: str = ""

    def checksum(self) -> str:
        """Eight hexadecimal digits over the other fields."""
        text = "|".join((self.kind, self.version, self.unit_code))
        return hashlib.sha256(text.encode()).hexdigest()[:8]

    def lines(self) -> tuple[tuple[str, str], ...]:
        """The rows of the hidden sheet."""
        return (
            ("kind", self.kind),
            ("version", self.version),
            ("unit", self.unit_code),
            ("checksum", self.checksum()),
        )


def read_stamp(lines: Mapping[str, str]) -> Stamp | None:
    """The stamp as the sheet has it; none where it is missing or was changed by hand."""
    stamp = Stamp(lines.get("kind", ""), lines.get("version", ""), lines.get("unit", ""))
    return stamp if lines.get("checksum") == stamp.checksum() else None
