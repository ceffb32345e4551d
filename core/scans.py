"""Scanned papers: which files are taken for one, and how one is shown.

A stranger's file is believed by its first bytes alone, and shown where it can do nothing.
"""

from typing import Final

from django.http import FileResponse
from django.utils.translation import gettext as _

from core import files
from core.errors import RuleViolation
from core.models import StoredFile

LARGEST: Final = 10 * 2**20
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
