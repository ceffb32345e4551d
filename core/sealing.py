"""The columns that hold sealed values and the hashes of them: one register, read from the models.

A sealed column says of which kind its values are and which columns hold a keyed hash of them, so
that `manage.py rotate_keys` finds every one of them; an architecture test fails for a column of
bytes that is called `*_sealed`, or a hash that is called `*_index`, and is not declared so.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.utils.translation import gettext as _

from core import crypto
from core.errors import RuleViolation

INDEX_KEY_LOCK = 20180102  # an advisory lock: shared by imports, taken alone to change the key
WHOLE = 0  # the hash is of the whole value, not of its last characters


class SealedField(models.BinaryField):  # type: ignore[type-arg]
    """A value sealed by `core.crypto` under this purpose; to migrations a column of bytes.

    `indexes`: names of the columns with a keyed hash of it -> of how many last characters (WHOLE).
    """

    def __init__(
        self, purpose: str = "", *, indexes: Mapping[str, int] | None = None, **options: Any
    ) -> None:
        super().__init__(**options)
        self.purpose = purpose
        self.indexes = dict(indexes or {})

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, _path, arguments, options = super().deconstruct()
        return name, "django.db.models.BinaryField", list(arguments), dict(options)


class IndexKeyInChange(RuleViolation):
    """The key of the hashes is being changed: an import would not find the people it names."""


def keep_index_key() -> None:
    """Hold the key of the hashes until the end of the transaction, which compares by them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock_shared(%s)", [INDEX_KEY_LOCK])
        (held,) = cursor.fetchone()
    if not held or crypto.keys().next_index_key is not None:
        raise IndexKeyInChange(
            _("The keys of the numbers are being changed. Please import again in a few minutes.")
        )


@dataclass(frozen=True)
class Index:
    """A column with a keyed hash of a value, or of its `tail` last characters (0: of all)."""

    column: str
    tail: int

    def purpose(self, of: str) -> str:
        """Under what the hash is made."""
        return crypto.tail_purpose(of, self.tail)

    def part(self, text: str) -> str:
        """What of the value is hashed."""
        return text[-self.tail :] if self.tail else text


@dataclass(frozen=True)
class SealedColumn:
    """One sealed column of the database; `name` is table.column."""

    table: str
    column: str
    purpose: str
    indexes: tuple[Index, ...]

    @property
    def name(self) -> str:
        return f"{self.table}.{self.column}"


def sealed_columns() -> tuple[SealedColumn, ...]:
    """Every sealed column of all rooms, in the order of its name."""
    return tuple(sorted(_declared(), key=lambda column: column.name))


def _declared() -> Iterator[SealedColumn]:
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, SealedField):
                indexes = tuple(Index(*pair) for pair in sorted(field.indexes.items()))
                yield SealedColumn(model._meta.db_table, str(field.column), field.purpose, indexes)
