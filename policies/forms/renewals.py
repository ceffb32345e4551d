"""Which expiries are looked at."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from policies.states import PAID_FAMILIES


class ExpiryForm(forms.Form):
    """Year and month of the last day of cover, plan and union."""

    year = forms.TypedChoiceField(
        label=pgettext_lazy("renewal", "Year of expiry"), coerce=int, empty_value=None,
        required=False,
    )  # fmt: skip
    month = forms.TypedChoiceField(
        label=pgettext_lazy("renewal", "Month"), coerce=int, empty_value=None, required=False,
        choices=[("", _("all")), *((number, str(number)) for number in range(1, 13))],
    )  # fmt: skip
    family = forms.ChoiceField(
        label=_("Plan"), required=False,
        choices=[("", _("all")), *((family.value, family.label) for family in PAID_FAMILIES)],
    )  # fmt: skip
    union = forms.CharField(
        label=_("Union"), required=False, max_length=100,
        widget=forms.TextInput(attrs={"placeholder": _("name or code of the union")}),
    )  # fmt: skip

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["year"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(year, str(year)) for year in years]
