"""Personal numbers at rest: AES-256-GCM for the value, a keyed hash to find it again.

Keys live in a file outside the database (settings.FIELD_KEYS_FILE):
`{"current": 1, "keys": {"1": hex}, "index": hex}`. A sealed value is one byte of key id, twelve of
nonce, then ciphertext and tag; the purpose (`id`, `card`, `phone`, `diagnosis`) is authenticated
with it, so a value cannot be moved between columns.
"""

import hmac
import json
import os
import secrets
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings


class FieldKeys:
    """The keys of one key file; rotation adds a key and makes it the current one."""

    def __init__(self, document: dict[str, object]) -> None:
        keys = document["keys"]
        assert isinstance(keys, dict)
        self.ciphers = {int(number): AESGCM(bytes.fromhex(key)) for number, key in keys.items()}
        self.current = int(str(document["current"]))
        self.index_key = bytes.fromhex(str(document["index"]))


def _new_document() -> dict[str, object]:
    return {"current": 1, "keys": {"1": secrets.token_hex(32)}, "index": secrets.token_hex(32)}


def _write_new(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(f".{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(_new_document()), encoding="ascii")
    try:
        os.link(draft, path)  # the first process wins; the others read what it wrote
    except FileExistsError:
        pass
    finally:
        draft.unlink()


@lru_cache(maxsize=4)
def _load(path: Path) -> FieldKeys:
    if not path.exists():
        _write_new(path)
    return FieldKeys(json.loads(path.read_text(encoding="ascii")))


def keys() -> FieldKeys:
    """The keys of this installation; made on first use."""
    return _load(settings.FIELD_KEYS_FILE)


def seal(text: str, purpose: str) -> bytes:
    """Encrypt a value for storage."""
    return sealer(purpose)(text)


def sealer(purpose: str) -> Callable[[str], bytes]:
    """`seal` for many values of one purpose: the key is fetched once."""
    held = keys()
    encrypt, number = held.ciphers[held.current].encrypt, bytes([held.current])
    aad = purpose.encode()

    def sealed(text: str) -> bytes:
        nonce = os.urandom(12)
        return number + nonce + encrypt(nonce, text.encode(), aad)

    return sealed


def unseal(blob: bytes | memoryview, purpose: str) -> str:
    """Decrypt a stored value; InvalidTag when it was altered or belongs to another column."""
    raw = bytes(blob)
    return keys().ciphers[raw[0]].decrypt(raw[1:13], raw[13:], purpose.encode()).decode()


def blind(text: str, purpose: str) -> str:
    """The keyed hash under which a value is found: 32 hexadecimal digits of HMAC-SHA256."""
    return blinder(purpose)(text)


def blinder(purpose: str) -> Callable[[str], str]:
    """`blind` for many values of one purpose: the key is fetched once."""
    key, head = keys().index_key, f"{purpose}:".encode()

    def blinded(text: str) -> str:
        return hmac.digest(key, head + text.encode(), "sha256")[:16].hex()

    return blinded


def masked(text: str, *, head: int = 3, tail: int = 4) -> str:
    """A number with its middle hidden by position: 110***********771X; short ones wholly."""
    if len(text) <= head + tail:
        return "*" * len(text)
    return text[:head] + "*" * (len(text) - head - tail) + text[len(text) - tail :]
