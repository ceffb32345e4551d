"""A file as somebody handed it in."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from core.errors import RuleViolation

MAX_BYTES = 20 * 2**20


class UnusableFile(RuleViolation):
    """The file cannot be read at all; the message is one line that says what to do."""


@dataclass(frozen=True, slots=True)
class Upload:
    """Name and content of a file; the name matters only for its ending.

    Raises UnusableFile above 20 MB.
    """

    name: str
    content: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.content) > MAX_BYTES:
            raise UnusableFile(
                "文件超过20 MB，不能接收。请删除图片和多余的工作表，或分成几个文件后再上传"
            )

    @classmethod
    def from_path(cls, path: Path) -> "Upload":
        """Read a file from disk; raises UnusableFile when there is none or it is too large."""
        if not path.is_file():
            raise UnusableFile(f"没有找到文件 {path.name}，请核对文件名")
        with path.open("rb") as file:
            return cls(path.name, file.read(MAX_BYTES + 1))

    @property
    def suffix(self) -> str:
        """The name's ending in lower case: `.xlsx`."""
        return PurePath(self.name).suffix.lower()

    @property
    def sha256(self) -> str:
        """Hexadecimal digest of the content."""
        return hashlib.sha256(self.content).hexdigest()
