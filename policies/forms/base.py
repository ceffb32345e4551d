"""The forms of this room."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from policies.states import PAID_FAMILIES


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _money() -> forms.TextInput:
    return forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})


class AmountField(forms.DecimalField):
    """An amount in yuan as people type it: ￥7,560.00."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = value.strip().lstrip("￥¥").replace(",", "").replace("，", "")
        return super().to_python(value)


def amount_field(label: Any, *, required: bool = True) -> AmountField:
    return AmountField(
        label=label, max_digits=14, decimal_places=2, required=required, widget=_money()
    )


class ReasonForm(forms.Form):
    """Why something is sent back or undone."""

    reason = forms.CharField(
        label=pgettext_lazy("act", "Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ConsentForm(forms.Form):
    """The guardians' consent for all children of a batch."""

    consent_on = forms.DateField(label=_("Day of the consent"), widget=_day())
    consent_form = forms.CharField(label=_("Version of the form"), max_length=30)


class ReceiptForm(forms.Form):
    """What the bank's slip says; the batches are ticked beside it."""

    amount = amount_field(_("Amount received"))
    received_on = forms.DateField(label=_("Day of receipt"), widget=_day())
    reference = forms.CharField(label=_("Bank reference"), max_length=60)


class RemitForm(forms.Form):
    """The transfer to the Beijing office."""

    remitted_on = forms.DateField(label=_("Day of the transfer"), widget=_day())
    reference = forms.CharField(label=_("Bank reference"), max_length=60)


class TargetForm(forms.Form):
    """The target of a year, and what was remitted in a year before this system."""

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    amount = amount_field(_("Target"), required=False)
    remitted_before = amount_field(_("Remitted in a year before this system"), required=False)
    enrol_until = forms.DateField(
        label=_("Enrolments are handed in until"), required=False, widget=_day()
    )


class PayerForm(forms.Form):
    """Whose payment it is."""

    payer = forms.CharField(
        label=_("Payer"),
        max_length=100,
        widget=forms.TextInput(attrs={"placeholder": _("name or code of the union")}),
    )


class TemplateForm(forms.Form):
    """For which plan and day the roster is to be prepared."""

    plan = forms.ChoiceField(
        label=_("Plan"), choices=[(family.value, family.label) for family in PAID_FAMILIES]
    )
    starts_on = forms.DateField(label=_("Starts on"), widget=_day())
    source = forms.ChoiceField(
        label=_("Filled from"),
        required=False,
        choices=[
            ("last", _("last year's roster")),
            ("members", _("the roster of members")),
            ("blank", _("nothing, a blank one")),
        ],
    )
