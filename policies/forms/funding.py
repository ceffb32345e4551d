"""The shares of a batch, and what a union gives a head."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from policies.forms.base import amount_field
from policies.states import Funder


class SplitForm(forms.Form):
    """One field per payer; an empty one bears nothing, all empty: as the lines say."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for funder in Funder:
            field = amount_field(funder.label, required=False)
            self.fields[funder.value] = field

    def shares(self) -> dict[Funder, Decimal]:
        """What was given, by payer."""
        given = self.cleaned_data.items()
        return {Funder(name): amount for name, amount in given if amount is not None}


class SubsidyForm(forms.Form):
    """A union's standard from a year on."""

    union = forms.CharField(
        label=_("Union"),
        max_length=100,
        widget=forms.TextInput(attrs={"placeholder": _("name or code of the union")}),
    )
    from_year = forms.IntegerField(label=_("From the year"), min_value=2000, max_value=2100)
    per_head = amount_field(_("Yuan a head and year"))
    basis = forms.CharField(label=_("Document that says so"), max_length=200)
