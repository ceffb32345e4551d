"""The roster of members through django-import-export, written as its documentation advises.

Bulk writes, one look-up of the known members for all rows and of the unions for all rows, no diffs
for the admin page. The values are made by the same functions as a person's form makes them.
"""

import time
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from import_export import fields, resources, widgets
from import_export.instance_loaders import CachedInstanceLoader
from tablib import Dataset

from core import identity
from members.models import Member, Organisation
from members.services import search_keys as keys
from members.states import Category, Sex

SEXES = {"男": Sex.MALE, "女": Sex.FEMALE}
CATEGORIES = {"劳模": Category.MODEL_WORKER, "特困": Category.HARDSHIP, "普通": Category.ORDINARY}


class Unions(widgets.Widget):  # type: ignore[misc]
    """The union by its code, all of them read once."""

    def __init__(self) -> None:
        super().__init__()
        self.known = {union.code: union for union in Organisation.objects.all()}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Organisation:
        return self.known[value]


class MemberResource(resources.ModelResource):  # type: ignore[misc]
    """Columns of 会员花名册 to columns of Member."""

    def __init__(self, on: date) -> None:
        super().__init__()
        self.on = on
        self.fields["organisation"].widget = Unions()

    organisation = fields.Field(column_name="单位编号", attribute="organisation")
    born_on = fields.Field(column_name="出生日期", attribute="born_on")
    card_issued_on = fields.Field(column_name="发卡日期", attribute="card_issued_on")
    joined_on = fields.Field(column_name="入会日期", attribute="joined_on")

    card_index = fields.Field(column_name="card_index", attribute="card_index")  # may be None

    class Meta:
        model = Member
        import_id_fields = ("document_index",)
        instance_loader_class = CachedInstanceLoader
        use_bulk = True
        batch_size = 1_000
        skip_diff = True
        skip_unchanged = True
        exclude = ("id", "merged_into", "status", "note", "created_at", "updated_at")

    def before_import(self, dataset: Dataset, **kwargs: Any) -> None:
        """The column that names a member must be there before the known ones are looked up."""
        blind = [keys.document_keys(number)["document_index"] for number in dataset["证件号码"]]
        dataset.append_col(blind, header="document_index")

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        number = row["证件号码"]
        fault = identity.document_fault(number, document=None, today=self.on)
        if fault is not None:
            raise ValueError(fault)
        row.update(keys.name_keys(row["姓名"]))
        row.update(keys.document_keys(number))
        row.update(keys.card_keys(row["京卡卡号"] or ""))
        row.update(keys.phone_keys(row["手机号"] or ""))
        row["sex"] = SEXES[row["性别"]]
        row["category"] = CATEGORIES[row["医疗类别"]]


def seconds_for(path: Path, *, on: date, expected: int) -> float:
    """Import a workbook of new members and take it back; fails unless all of them were there."""
    started = time.perf_counter()
    with transaction.atomic():
        dataset = Dataset().load(path.read_bytes(), format="xlsx")
        MemberResource(on).import_data(dataset, raise_errors=True)
        took = time.perf_counter() - started
        assert Member.objects.count() == expected
        transaction.set_rollback(True)
    return took
