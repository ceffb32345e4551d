"""Personal numbers at rest: authenticated encryption for the value, a keyed hash to find it again.

Keys live in a file outside the database (settings.FIELD_KEYS_FILE):
`{"current": 2, "keys": {"1": hex, "2": {"algorithm": "sm4-gcm", "key": hex}}, "index": hex}`; a key
without an algorithm is AES-256-GCM. While the index key is being changed the file holds the new
one as `next_index` too. A sealed value is one byte of key id, twelve of nonce, then ciphertext and
tag; the purpose (`id`, `card`, `phone`, `diagnosis`) is authenticated with it, so a value cannot be
moved between columns of different kinds. How keys are changed: docs/security.md.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Protocol

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE: Final = 12
TAG: Final = 16
HEAD: Final = 1 + NONCE  # key id and nonce, before the ciphertext


class UnknownKey(Exception):
    """A value was sealed under a key that the key file does not hold: a wrong or an old file."""

    def __init__(self, number: int) -> None:
        super().__init__(f"key {number} is not in {settings.FIELD_KEYS_FILE.name}")
        self.number = number


class Suite(Protocol):
    """Authenticated encryption: `encrypt` gives ciphertext and tag, `decrypt` takes them."""

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes: ...
    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes: ...


class SM4GCM:
    """SM4 (GB/T 32907-2016) in GCM, for offices that must use the national algorithms."""

    def __init__(self, key: bytes) -> None:
        self._sm4 = algorithms.SM4(key)

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes:
        work = Cipher(self._sm4, modes.GCM(nonce)).encryptor()
        work.authenticate_additional_data(associated_data)
        return work.update(data) + work.finalize() + work.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes:
        """Raise InvalidTag when the data was altered; a tag cut short does not count as one."""
        work = Cipher(self._sm4, modes.GCM(nonce, data[-TAG:], min_tag_length=TAG)).decryptor()
        work.authenticate_additional_data(associated_data)
        return work.update(data[:-TAG]) + work.finalize()


AES: Final = "aes-256-gcm"
SM4: Final = "sm4-gcm"
ALGORITHMS: Final[dict[str, tuple[int, Callable[[bytes], Suite]]]] = {  # bytes of key, suite
    AES: (32, AESGCM),
    SM4: (16, SM4GCM),
}
Document = dict[str, Any]


def _suite(entry: str | dict[str, str]) -> Suite:
    named = {"algorithm": AES, "key": entry} if isinstance(entry, str) else entry
    size, made = ALGORITHMS[named["algorithm"]]
    key = bytes.fromhex(named["key"])
    if len(key) != size:
        raise ValueError(f"a key of {named['algorithm']} has {size} bytes")
    return made(key)


class FieldKeys:
    """The keys of one key file."""

    def __init__(self, document: Document) -> None:
        self.suites = {int(number): _suite(entry) for number, entry in document["keys"].items()}
        self.current = int(document["current"])
        self.index_key = bytes.fromhex(document["index"])
        following = document.get("next_index")
        self.next_index_key = bytes.fromhex(following) if following else None

    def suite(self, number: int) -> Suite:
        """The suite of a key id; UnknownKey when the file has none of this number."""
        if number not in self.suites:
            raise UnknownKey(number)
        return self.suites[number]


def _new_document() -> Document:
    return {"current": 1, "keys": {"1": secrets.token_hex(32)}, "index": secrets.token_hex(32)}


def _draft(path: Path, document: Document) -> Path:
    draft = path.with_suffix(f".{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(document), encoding="ascii")
    return draft


def _write_new(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = _draft(path, _new_document())
    try:
        os.link(draft, path)  # the first process wins; the others read what it wrote
    except FileExistsError:
        pass
    finally:
        draft.unlink()


@lru_cache(maxsize=4)
def _load(path: Path, _version: tuple[int, int]) -> FieldKeys:
    return FieldKeys(json.loads(path.read_text(encoding="ascii")))


def keys() -> FieldKeys:
    """The keys of this installation; made on first use, read again when the file was changed."""
    path = settings.FIELD_KEYS_FILE
    try:
        found = os.stat(path)
    except FileNotFoundError:
        _write_new(path)
        found = os.stat(path)
    return _load(path, (found.st_mtime_ns, found.st_ino))


def change_key_file(change: Callable[[Document], None]) -> None:
    """Replace the key file by a changed copy in one step; one process at a time does this."""
    path = settings.FIELD_KEYS_FILE
    keys()
    document = json.loads(path.read_text(encoding="ascii"))
    change(document)
    FieldKeys(document)  # a document that cannot be read is never put in place
    draft = _draft(path, document)
    with draft.open("rb") as written:
        os.fsync(written.fileno())
    draft.replace(path)


def seal_bytes(content: bytes, purpose: str) -> bytes:
    """Encrypt bytes under the current key."""
    held = keys()
    nonce = os.urandom(NONCE)
    sealed = held.suite(held.current).encrypt(nonce, content, purpose.encode())
    return bytes([held.current]) + nonce + sealed


def unseal_bytes(blob: bytes | memoryview, purpose: str) -> bytes:
    """Decrypt bytes; InvalidTag when altered or of another purpose, UnknownKey without its key."""
    raw = bytes(blob)
    return keys().suite(raw[0]).decrypt(raw[1:HEAD], raw[HEAD:], purpose.encode())


def seal(text: str, purpose: str) -> bytes:
    """Encrypt a value for storage."""
    return sealer(purpose)(text)


def sealer(purpose: str) -> Callable[[str], bytes]:
    """`seal` for many values of one purpose: the key is fetched once."""
    held = keys()
    encrypt, number = held.suite(held.current).encrypt, bytes([held.current])
    aad = purpose.encode()

    def sealed(text: str) -> bytes:
        nonce = os.urandom(NONCE)
        return number + nonce + encrypt(nonce, text.encode(), aad)

    return sealed


def unseal(blob: bytes | memoryview, purpose: str) -> str:
    """Decrypt a stored value; errors as in `unseal_bytes`."""
    return unseal_bytes(blob, purpose).decode()


def blind(text: str, purpose: str) -> str:
    """The keyed hash under which a value is found: 32 hexadecimal digits of HMAC-SHA256."""
    return blinder(purpose)(text)


def blinder(purpose: str, key: bytes | None = None) -> Callable[[str], str]:
    """`blind` for many values of one purpose: the key (the present one) is fetched once."""
    padded = _padded(key or keys().index_key)
    # HMAC by its definition: what comes after the key is hashed alone, a third of hmac.digest
    inside = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded) + f"{purpose}:".encode())
    outside = hashlib.sha256(bytes(byte ^ 0x5C for byte in padded))

    def blinded(text: str) -> str:
        inner = inside.copy()
        inner.update(text.encode())
        outer = outside.copy()
        outer.update(inner.digest())
        return outer.hexdigest()[:32]

    return blinded


def _padded(key: bytes) -> bytes:
    """A key as long as a block of SHA-256 (RFC 2104)."""
    block = hashlib.sha256().block_size
    return (key if len(key) <= block else hashlib.sha256(key).digest()).ljust(block, b"\0")


def tail_purpose(purpose: str, tail: int) -> str:
    """Under what the last characters are hashed, so that four of them are no whole number."""
    return f"{purpose}-tail{tail}" if tail else purpose


def tail_blinder(purpose: str, tail: int) -> Callable[[str], str]:
    """Hashes texts that are the `tail` last characters of numbers of this purpose."""
    return blinder(tail_purpose(purpose, tail))


def blinds(text: str, purpose: str) -> list[str]:
    """Every hash under which a value may be stored now: two while the index key is changed."""
    held = keys()
    return [blinder(purpose, key)(text) for key in (held.index_key, held.next_index_key) if key]
