"""Forms of payments in parts, of credits, and of what the Beijing office answers."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from policies.forms.base import ReceiptForm, amount_field


class PartReceiptForm(ReceiptForm):
    """What the bank's slip says; the batches and their parts stand beside it."""

    keep_rest = forms.BooleanField(label=_("Keep what is too much as credit"), required=False)


class ConfirmForm(forms.Form):
    """The receipt of the Beijing office."""

    beijing_receipt = forms.CharField(label=_("Number of Beijing's receipt"), max_length=60)
    confirmed_on = forms.DateField(
        label=_("Day of Beijing's receipt"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    confirmed_total = amount_field(_("Sum of Beijing's receipt"))


class AnswerForm(forms.Form):
    """The list that the Beijing office sent back."""

    confirmed_on = forms.DateField(
        label=_("Day of Beijing's receipt"),
        widget=forms.DateInput(attrs={"type": "date", "id": "id_answered_on"}, format="%Y-%m-%d"),
    )
    file = forms.FileField(
        label=_("Beijing's list"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
        error_messages={
            "required": _("Choose the workbook that Beijing sent back."),
            "empty": _("The workbook is empty; choose the one that Beijing sent back."),
        },
    )


class DifferenceForm(forms.Form):
    """What Beijing booked for one batch."""

    batch_number = forms.CharField(
        label=_("Batch number"),
        max_length=20,
        widget=forms.TextInput(attrs={"placeholder": "CB2018-000001", "autocomplete": "off"}),
    )
    confirmed_amount = amount_field(_("Booked by Beijing"))


class SettleForm(forms.Form):
    """How a difference was cleared up."""

    batch_number = forms.ChoiceField(label=_("Batch number"))
    reason = forms.CharField(
        label=_("How it was settled"),
        max_length=300,
        widget=forms.TextInput(attrs={"placeholder": _("paid later, returned, set off …")}),
    )

    def __init__(self, *args: Any, numbers: Iterable[str] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        choice = self.fields["batch_number"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(number, number) for number in numbers]


def parts_of(data: Mapping[str, str], keys: Iterable[int]) -> tuple[dict[int, Decimal], list[str]]:
    """The parts typed beside the ticked batches (`part-17`), and what is no amount."""
    field, parts, wrong = amount_field("", required=False), {}, []
    for key in keys:
        typed = data.get(f"part-{key}", "")
        try:
            part = field.clean(typed)
        except forms.ValidationError:
            wrong.append(gettext("“%(typed)s” is no amount in yuan.") % {"typed": typed})
        else:
            if part is not None:
                parts[key] = part
    return parts, wrong
