"""Every sealed column and every hash of one is in the register that rotation works through."""

from typing import Any

from django.apps import apps
from django.db import models

from core.masks import BY_PURPOSE
from core.sealing import SealedField, sealed_columns


def columns() -> list[Any]:
    return [field for model in apps.get_models() for field in model._meta.local_fields]


def named(field: Any) -> str:
    return f"{field.model._meta.db_table}.{field.column}"


def test_every_column_of_bytes_is_declared() -> None:
    found = {named(field) for field in columns() if isinstance(field, models.BinaryField)}
    found -= {"core_auditlink.hash", "core_writeset.digest"}  # of the trail, not of a number
    assert found == {column.name for column in sealed_columns()}
    assert len(found) >= 9


def test_every_hash_is_declared() -> None:
    declared = {
        f"{column.table}.{index.column}" for column in sealed_columns() for index in column.indexes
    }
    hashes = {named(field) for field in columns() if field.name.endswith("_index")}
    assert hashes == declared


def test_every_kind_has_its_mask() -> None:
    assert {column.purpose for column in sealed_columns()} <= set(BY_PURPOSE)


def test_to_migrations_it_is_a_column_of_bytes() -> None:
    field = SealedField("id", indexes={"document_index": 0}, null=True)
    assert field.deconstruct()[1:] == ("django.db.models.BinaryField", [], {"null": True})
