"""The parts of a year's target, one field for each plan and each union below."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms

from policies.forms.base import amount_field
from policies.selectors.targets import TargetRow


class TargetPartsForm(forms.Form):
    """The fields carry the names of the rows: plan_INPMED, union_17."""

    def __init__(self, rows: Iterable[TargetRow], data: Any = None) -> None:
        super().__init__(data)
        for row in rows:
            field = amount_field(row.label, required=False)
            field.widget.attrs |= {"aria-label": row.label, "size": "12"}
            self.fields[row.field] = field
            self.initial[row.field] = row.progress.target

    def parts(self) -> tuple[dict[str, Decimal | None], dict[int, Decimal | None]]:
        """What was given by plan and by union; only rows that the page had."""
        plans: dict[str, Decimal | None] = {}
        unions: dict[int, Decimal | None] = {}
        for name, amount in self.cleaned_data.items():
            kind, _sep, key = name.partition("_")
            if name not in self.data:
                continue  # an unsent field is no wish to take a part away
            if kind == "plan":
                plans[key] = amount
            else:
                unions[int(key)] = amount
        return plans, unions
