"""Scanned papers: which files are taken for one, and how one is shown.

A stranger's file is believed by its first bytes alone, and shown where it can do nothing.
"""

import io
import logging
import subprocess
from typing import Final

from django.conf import settings
from django.http import FileResponse
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from core import files
from core.errors import RuleViolation
from core.models import StoredFile

log = logging.getLogger(__name__)
LARGEST: Final = 10 * 2**20
MOST_PIXELS: Final = 60_000_000  # A3 at 400 dpi has 31 million
SLOWEST: Final = 30  # seconds that the virus scanner may take
NO_ANSWER: Final = 2
# first bytes and the type it is served as
KINDS: Final = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
)
# a scan can draw itself and nothing else: no script, no form, nothing from elsewhere
POLICY: Final = (
    "default-src 'none'; img-src 'self'; object-src 'self'; style-src 'unsafe-inline';"
    " frame-ancestors {}"
)


class BadPaper(RuleViolation):
    """The file is no scan that can be kept and shown."""


def scan_type(name: str, content: bytes) -> str:
    """The type by the first bytes, never by the name. Raises BadPaper."""
    if len(content) > LARGEST:
        raise BadPaper(_("“%(name)s” is larger than 10 MB; scan it smaller.") % {"name": name})
    for head, kind in KINDS:
        if content.startswith(head):
            return kind
    raise BadPaper(
        _("“%(name)s” is no PDF, JPEG or PNG; scan or photograph the paper again.") % {"name": name}
    )


def clean_scan(name: str, content: bytes) -> tuple[str, bytes]:
    """The type of a scan and what is kept of it: looked at by the scanner, a picture drawn anew.

    A drawn picture holds nothing but what is seen: no place, no camera, nothing behind its end, and
    it stands upright. A PDF stays as it is and is shown in a cage. Raises BadPaper.
    """
    kind = scan_type(name, content)
    _look_for_viruses(name, content)
    return kind, content if kind == "application/pdf" else _drawn_anew(name, content, kind)


def _look_for_viruses(name: str, content: bytes) -> None:
    """Hand the file to the office's scanner (SCAN_COMMAND): 0 is clean, 1 is not."""
    if not settings.SCAN_COMMAND:
        return
    try:
        found = subprocess.run(
            settings.SCAN_COMMAND, input=content, capture_output=True, timeout=SLOWEST, check=False
        ).returncode
    except (OSError, subprocess.TimeoutExpired):
        log.exception("the virus scanner does not answer")
        found = NO_ANSWER
    if found == 1:
        raise BadPaper(_("“%(name)s” was refused by the virus scanner.") % {"name": name})
    if found:
        raise BadPaper(
            _("The virus scanner does not answer; “%(name)s” was not kept. Try again later.")
            % {"name": name}
        )


def _drawn_anew(name: str, content: bytes, kind: str) -> bytes:
    try:
        with Image.open(io.BytesIO(content), formats=["JPEG", "PNG"]) as found:
            if found.width * found.height > MOST_PIXELS:
                raise BadPaper(
                    _("“%(name)s” is larger than %(most)d million pixels; scan it smaller.")
                    % {"name": name, "most": MOST_PIXELS // 10**6}
                )
            upright = ImageOps.exif_transpose(found)
            target = io.BytesIO()
            if kind == "image/jpeg":
                upright.convert("RGB").save(target, "JPEG", quality=88)
            else:
                plain = upright.convert("L" if upright.mode in ("1", "L") else "RGB")
                plain.save(target, "PNG")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as fault:
        log.info("a picture could not be drawn anew: %s", type(fault).__name__)
        raise BadPaper(
            _("“%(name)s” cannot be opened as a picture; scan or photograph the paper again.")
            % {"name": name}
        ) from fault
    return target.getvalue()


def scan_response(stored: StoredFile, *, framed_by: str = "'none'") -> FileResponse:
    """The scan itself under its type; `framed_by`: which of our pages may frame it."""
    return FileResponse(
        files.open_file(stored),
        content_type=stored.content_type,
        headers={
            "Content-Disposition": "inline",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": POLICY.format(framed_by),
            "Cache-Control": "private, no-store",
        },
    )
