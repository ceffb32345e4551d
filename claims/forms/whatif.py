"""Which version is tried on which claims."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from claims.forms.base import DAY


class WhatIfForm(forms.Form):
    """A version and the days of the events."""

    def __init__(self, *args: Any, versions: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version_code"] = forms.ChoiceField(
            label=_("Version to try"),
            choices=[(row.code, f"{row.code} {row.get_status_display()}") for row in versions],
        )
        self.fields["first_on"] = forms.DateField(label=_("Events from"), widget=DAY)
        self.fields["last_on"] = forms.DateField(label=_("Events until"), widget=DAY)
