"""The style sheet of an .xlsx, given a red twin for each style that a wrong cell has."""

import re
from typing import Final

RED: Final = (
    b'<fill><patternFill patternType="solid"><fgColor rgb="FFFFC7CE"/>'
    b'<bgColor indexed="64"/></patternFill></fill>'
)
_FILLS = re.compile(rb"<fills\b[^>]*>(.*?)</fills>", re.S)
_FORMATS = re.compile(rb"<cellXfs\b[^>]*>(.*?)</cellXfs>", re.S)
_FORMAT = re.compile(rb"<xf\b[^>]*?/>|<xf\b[^>]*?>.*?</xf>", re.S)
_FILL = re.compile(rb"<fill\b[^>]*?/>|<fill\b[^>]*?>.*?</fill>", re.S)
_FILL_ATTRIBUTES = re.compile(rb'\s(?:fillId|applyFill)="[^"]*"')


class MarkedStyles:
    """A style sheet that grows by what `marked` is asked for; raises ValueError if unusual."""

    def __init__(self, content: bytes) -> None:
        fills, formats = _FILLS.search(content), _FORMATS.search(content)
        if fills is None or formats is None:
            raise ValueError("styles")
        self._content, self._fills, self._block = content, fills, formats
        self._red = len(_FILL.findall(fills[1]))
        self._formats = _FORMAT.findall(formats[1])
        self._known = len(self._formats)
        self._twins: dict[int, int] = {}

    def marked(self, style: int) -> int:
        """Give the number of the style that is like this one, with a red ground."""
        if style not in self._twins:
            own = self._formats[style] if style < self._known else self._formats[0]
            bare = _FILL_ATTRIBUTES.sub(b"", own, count=2)
            twin = bare.replace(b"<xf", b'<xf fillId="%d" applyFill="1"' % self._red, 1)
            self._twins[style] = len(self._formats)
            self._formats.append(twin)
        return self._twins[style]

    def document(self) -> bytes:
        """Write the style sheet with the twins."""
        fills = b'<fills count="%d">%s%s</fills>' % (self._red + 1, self._fills[1], RED)
        formats = b'<cellXfs count="%d">%s</cellXfs>' % (
            len(self._formats),
            b"".join(self._formats),
        )
        parts = sorted([(self._fills, fills), (self._block, formats)], key=lambda p: p[0].start())
        result, at = b"", 0
        for match, replacement in parts:
            result += self._content[at : match.start()] + replacement
            at = match.end()
        return result + self._content[at:]
