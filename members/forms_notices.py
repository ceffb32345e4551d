"""The forms of notices and trainings; whom they are for is handed in by the views."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members.states import NoticeKind


class NoticeForm(forms.Form):
    """What is told, and to whom: all units below a union, or those whose codes are written down."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("notice", "Kind"),
        choices=[choice for choice in NoticeKind.choices if choice[0] != NoticeKind.REMINDER],
    )
    to = forms.ChoiceField(label=pgettext_lazy("notice", "To"))
    codes = forms.CharField(
        label=_("Unit codes"), required=False, max_length=20000,
        help_text=_("Only for chosen units: one code a line, or separated by commas."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    title = forms.CharField(label=pgettext_lazy("notice", "Title"), max_length=100)
    body = forms.CharField(
        label=pgettext_lazy("notice", "Text"), max_length=4000,
        widget=forms.Textarea(attrs={"rows": 10}),
    )  # fmt: skip

    def __init__(self, *args: Any, places: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*places, ("codes", _("chosen units (write their codes below)"))]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("to") == "codes" and not given.get("codes", "").strip():
            self.add_error("codes", _("Please write down at least one code."))
        return given


class TrainingForm(forms.Form):
    """A training of agents; in whose name it is held is handed in by the view."""

    organiser_id = forms.TypedChoiceField(label=pgettext_lazy("training", "Organiser"), coerce=int)
    title = forms.CharField(label=pgettext_lazy("training", "Subject"), max_length=100)
    held_on = forms.DateField(
        label=pgettext_lazy("training", "Day"), widget=forms.DateInput(attrs={"type": "date"})
    )
    place = forms.CharField(label=pgettext_lazy("training", "Place"), max_length=100)
    hours = forms.DecimalField(
        label=pgettext_lazy("training", "Hours"), min_value=Decimal("0.5"), max_value=99,
        max_digits=4, decimal_places=1,
    )  # fmt: skip
    content = forms.CharField(
        label=pgettext_lazy("training", "Content"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip

    def __init__(self, *args: Any, organisers: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organiser_id"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = list(organisers)


class AttendeesForm(forms.Form):
    """Who came: a line per unit."""

    text = forms.CharField(
        label=pgettext_lazy("training", "Who came"), max_length=20000,
        help_text=_("One line for each unit: its code, then the names, separated by blanks."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )  # fmt: skip
