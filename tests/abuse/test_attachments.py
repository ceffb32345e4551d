"""E37: hostile scans and hostile papers: nothing outside is written, read, fetched or executed."""

import http.server
import io
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import weasyprint
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from weasyprint.urls import URLFetcher

from core import files, pdf
from core.models import StoredFile
from tests import builders
from tests.claims import builders as make

PDF = b"%PDF-1.7\n1 0 obj <</OpenAction <</S /JavaScript /JS (app.alert(1))>>>> endobj"
BOMB = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + (20000).to_bytes(4, "big") * 2 + b"\x08\x02"
NAMES = (
    "../../../etc/passwd.pdf", "..\\..\\windows\\x.pdf", "/etc/cron.d/x.pdf", "C:\\x\\CON.pdf",
    "CON.pdf", "a\x00b.pdf", "\u202efdp.exe.pdf", "x.pdf.exe", "x.php.pdf", ".htaccess", "-rf.pdf",
    "<img src=x onerror=y>.pdf", "a\r\nSet-Cookie: x=y.pdf", "x" * 300 + ".pdf", "发票.pdf",
    " .pdf",
)  # fmt: skip
NO_SCANS = {
    "svg as jpg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>",
    "html as jpg": b"<!doctype html><script>x()</script>",
    "gif": b"GIF89a;<script>x()</script>",
    "a zip": b"PK\x03\x04",
    "a program": b"MZ\x90\x00",
    "pdf after something": b" \n%PDF-1.4",
    "empty": b"",
    "a picture of 400 million points": BOMB,
    "png that ends in its head": BOMB[:20],
    "jpeg that is a program": b"\xff\xd8\xff\xe0" + b"MZ\x90\x00" * 100,
}


@pytest.fixture
def claim(db: None) -> Any:
    return make.filed()


@pytest.fixture
def reviewer(db: None) -> Client:
    return builders.client_for(builders.user("reviewer"))


def hand_in(client: Client, claim: Any, name: str, content: bytes) -> int:
    scan = SimpleUploadedFile("x.pdf", content)
    scan.name = name  # past the check of the test client's own
    address = reverse("claims:paper-add", args=[claim.pk])
    answer = client.post(address, {"document": "claim_form", "file": scan})
    return int(answer.status_code)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_only_a_word(reviewer: Client, claim: Any, name: str) -> None:
    before = set(Path(settings.BASE_DIR).iterdir())
    known = set(StoredFile.objects.values_list("pk", flat=True))
    status = hand_in(reviewer, claim, name, PDF)
    assert status in (302, 422)
    assert set(Path(settings.BASE_DIR).iterdir()) == before
    for stored in StoredFile.objects.exclude(pk__in=known):
        assert stored.name.isprintable()
        assert not set("/\\") & set(stored.name)
        place = Path(default_storage.path(f"{stored.pk.hex[:2]}/{stored.pk.hex}"))
        assert place.is_file()
        assert place.resolve().is_relative_to(Path(default_storage.path("")).resolve())
        assert files.key_of(stored) is not None


@pytest.mark.parametrize("kind", sorted(NO_SCANS))
def test_what_is_no_scan_is_refused(reviewer: Client, claim: Any, kind: str) -> None:
    known = StoredFile.objects.count()
    assert hand_in(reviewer, claim, "scan.jpg", NO_SCANS[kind]) == 422
    assert StoredFile.objects.count() == known


@pytest.mark.parametrize("kind", ["application/pdf", "image/png", "image/jpeg"])
def test_a_scan_comes_back_in_a_cage(reviewer: Client, claim: Any, kind: str) -> None:
    name = kind.rpartition("/")[2].upper()
    content = PDF if name == "PDF" else builders.picture(name)
    assert hand_in(reviewer, claim, "x.html", content) == 302
    answer = shown(reviewer, claim)
    assert answer.headers["Content-Type"] == kind
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    back = b"".join(answer.streaming_content)
    assert back.startswith(content[:4])
    assert back == content or name != "PDF"


def shown(client: Client, claim: Any) -> Any:
    paper = claim.papers.order_by("-pk").first()
    return client.get(reverse("claims:paper", args=[paper.pk]))


def test_a_picture_keeps_only_what_is_seen(reviewer: Client, claim: Any) -> None:
    """No place, no camera, nothing behind its end; a photograph taken sideways stands upright."""
    about = Image.Exif()
    about[274] = 6  # turned by a quarter
    about[271] = "SecretCamera"
    content = builders.picture("JPEG", exif=about) + b"<script>hidden()</script>"
    assert hand_in(reviewer, claim, "x.jpg", content) == 302
    back = b"".join(shown(reviewer, claim).streaming_content)
    assert b"SecretCamera" not in back
    assert b"script" not in back
    with Image.open(io.BytesIO(back)) as drawn:
        assert drawn.size == (40, 60)
        assert not drawn.getexif()


@pytest.mark.parametrize(
    ("program", "status"),
    [
        ("import sys; sys.exit(b'EICAR' in sys.stdin.buffer.read())", 302),
        ("import sys; sys.stdin.buffer.read(); sys.exit(1)", 422),
        ("import sys; sys.exit(2)", 422),
        (None, 422),
    ],
)
def test_the_office_s_scanner_has_the_last_word(
    reviewer: Client, claim: Any, settings: Any, program: str | None, status: int
) -> None:
    """Clean, found, broken, and not there: only the first is kept."""
    settings.SCAN_COMMAND = [sys.executable, "-c", program] if program else ["/no/such/scanner"]
    known = StoredFile.objects.count()
    assert hand_in(reviewer, claim, "x.pdf", PDF) == status
    assert StoredFile.objects.count() == known + (status == 302)


def test_a_virus_is_found(reviewer: Client, claim: Any, settings: Any) -> None:
    program = "import sys; sys.exit(b'EICAR' in sys.stdin.buffer.read())"
    settings.SCAN_COMMAND = [sys.executable, "-c", program]
    assert hand_in(reviewer, claim, "x.pdf", PDF + b"EICAR") == 422


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """A web server that counts who comes, and sends whoever does to a file of this machine."""
    asked: list[str] = []

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(302)
            self.send_header("Location", "file:///etc/passwd")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


OUTSIDE = (
    "<img src='{}'>", "<link rel=stylesheet href='{}'>", "<style>@import url('{}')</style>",
    "<p style=\"background:url('{}')\">x</p>", "<object data='{}'></object>",
    "<embed src='{}'>", "<link rel=attachment href='{}'>", "<a rel=attachment href='{}'>x</a>",
    "<svg><image href='{}'/></svg>",
    "<style>@font-face{{font-family:x;src:url('{}')}}p{{font-family:x}}</style><p>x",
)  # fmt: skip


def render(tmp_path: Path, settings: Any, html: str) -> bytes:
    (tmp_path / "abuse.html").write_text(html, encoding="utf-8")
    templates = [{**settings.TEMPLATES[0], "DIRS": [settings.BASE_DIR / "templates", tmp_path]}]
    settings.TEMPLATES = templates
    return pdf.render_pdf("abuse.html", {}, title="题")


@pytest.mark.parametrize("markup", OUTSIDE)
@pytest.mark.parametrize("scheme", ["http", "file"])
def test_a_paper_fetches_nothing_and_reads_nothing(
    listener: tuple[str, list[str]], tmp_path: Path, settings: Any, markup: str, scheme: str
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("TOP-SECRET-zqx")
    address, asked = listener
    goal = f"{address}/x.png" if scheme == "http" else secret.as_uri()
    try:
        written = render(tmp_path, settings, f"<html><body>{markup.format(goal)}</body></html>")
    except pdf.OutsideResource:
        written = b""
    assert asked == []
    assert b"TOP-SECRET" not in written
    assert b"EmbeddedFile" not in written


@pytest.mark.filterwarnings("ignore")  # what WeasyPrint thinks of the answers
@pytest.mark.parametrize("markup", OUTSIDE)
def test_without_the_guard_the_listener_is_asked(
    listener: tuple[str, list[str]],
    tmp_path: Path,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    markup: str,
) -> None:
    """The control: each of these does call somebody when nobody forbids it."""
    _guard, fonts, css = pdf._house_style()
    monkeypatch.setattr(pdf, "_house_style", lambda: (URLFetcher(), fonts, css))
    address, asked = listener
    goal = f"{address}/x.png"
    render(tmp_path, settings, f"<html><body>{markup.format(goal)}</body></html>")
    assert len(asked) >= 1


ENDLESS = (
    "<table><tr><td colspan={0}>x</td></tr></table>",
    "<table><tr><th rowspan='{0}'>x</th></tr></table>",
    "<table><col span=' {0} '><tr><td>x</td></tr></table>",
    "<table><colgroup span={0}></colgroup><tr><td>x</td></tr></table>",
)  # fmt: skip


@pytest.mark.parametrize("markup", ENDLESS)
@pytest.mark.parametrize("span", [pdf.MOST_SPAN + 1, 10**9])
def test_a_span_without_end_is_not_laid_out(
    tmp_path: Path, settings: Any, markup: str, span: int
) -> None:
    started = time.monotonic()
    with pytest.raises(pdf.WideSpan):
        render(tmp_path, settings, markup.format(span))
    assert time.monotonic() - started < 5
    assert render(tmp_path, settings, markup.format(pdf.MOST_SPAN)).startswith(b"%PDF-")


def test_a_table_without_end_is_not_laid_out(tmp_path: Path, settings: Any) -> None:
    row = "<tr>" + "<td>x</td>" * 10 + "</tr>"
    flood = f"<table>{row * (pdf.MOST_CELLS // 10 + 1)}</table>"
    assert len(flood) < pdf.MOST_CHARACTERS  # the older limit lets it through
    started = time.monotonic()
    with pytest.raises(pdf.PdfTooLong):
        render(tmp_path, settings, flood)
    assert time.monotonic() - started < 10


def test_words_about_spans_are_words(tmp_path: Path, settings: Any) -> None:
    said = "&lt;td colspan=99999&gt; <b title='colspan=99999'>rowspan=99999</b>"
    assert render(tmp_path, settings, f"<p>{said}</p>").startswith(b"%PDF-")


def test_a_span_that_is_laid_out_takes_its_time(tmp_path: Path, settings: Any) -> None:
    """The control: without the limit one cell costs more than a whole paper."""
    _guard, fonts, css = pdf._house_style()

    def seconds(span: int) -> float:
        started = time.monotonic()
        paper = weasyprint.HTML(string=ENDLESS[0].format(span))
        paper.render(stylesheets=[css], font_config=fonts)
        return time.monotonic() - started

    seconds(1)
    assert seconds(10_000) > 10 * seconds(pdf.MOST_SPAN)
