"""The forms of the renewal."""

from django import forms
from django.utils.translation import gettext_lazy as _


class RenewalForm(forms.Form):
    """For which first day a unit renews."""

    starts_on = forms.DateField(
        label=_("Starts on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
