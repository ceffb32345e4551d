"""Somebody who talks to a real web server over HTTP, with cookies and the token of its forms."""

import http.cookiejar
import re
import urllib.error
import urllib.request
from typing import Any

from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Visitor:
    """Pages come back as (status, text, address); nothing is raised for 4xx and 5xx."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        self.token = ""

    def get(self, path: str) -> tuple[int, bytes, str]:
        return self._open(urllib.request.Request(self.base + path))

    def post(
        self, path: str, data: dict[str, Any], *, token: bool = True
    ) -> tuple[int, bytes, str]:
        sent = {**data, "csrfmiddlewaretoken": self.token} if token else data
        body = encode_multipart(BOUNDARY, sent)
        headers = {"Content-Type": MULTIPART_CONTENT, "Referer": self.base}
        return self._open(urllib.request.Request(self.base + path, body, headers))

    def sign_in(self, username: str, password: str) -> None:
        self.get("/login")
        status, _body, address = self.post("/login", {"username": username, "password": password})
        assert (status, address) == (200, f"{self.base}/")

    def _open(self, request: urllib.request.Request) -> tuple[int, bytes, str]:
        try:
            with self.opener.open(request, timeout=30) as answer:
                status, body, address = answer.status, answer.read(), answer.url
        except urllib.error.HTTPError as refused:
            with refused:
                status, body, address = refused.code, refused.read(), refused.url or ""
        found = TOKEN.search(body.decode(errors="replace"))
        self.token = found.group(1) if found else self.token
        return status, body, address
