"""The line of parameters above a report."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.periods import Period
from members.states import OrganisationKind
from policies.states import PAID_FAMILIES
from reports.definitions import REPORTS
from reports.definitions.blank import GAPS


class ParametersForm(forms.Form):
    """Which report, which period, whose figures, in yuan or ten thousands of yuan."""

    report = forms.ChoiceField(
        choices=[(report.name, report.title) for report in REPORTS.values()], required=False
    )
    year = forms.IntegerField(min_value=1990, max_value=2199, required=False)
    quarter = forms.TypedChoiceField(
        choices=[(number, str(number)) for number in range(5)],
        coerce=int,
        empty_value=None,
        required=False,
    )
    union = forms.CharField(
        max_length=40,
        required=False,
        label=_("Union"),
        widget=forms.TextInput(attrs={"placeholder": _("code of the union"), "size": 12}),
    )
    unit = forms.ChoiceField(choices=[("yuan", "yuan"), ("wan", "wan")], required=False)


class ClosingForm(forms.Form):
    """The quarter to be closed, chosen from those that can be."""

    quarter = forms.ChoiceField(label=_("Quarter"))

    def __init__(self, *args: object, quarters: list[Period], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["quarter"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(str(period), str(period)) for period in quarters]


class BoardForm(forms.Form):
    """Which unions stand on the board, and the year of their figures; `under` is a node's key."""

    year = forms.TypedChoiceField(label=_("Year"), coerce=int, empty_value=None, required=False)
    q = forms.CharField(
        label=_("Union"), required=False, max_length=100,
        widget=forms.TextInput(attrs={"placeholder": _("name or code of the union")}),
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("", _("all")), *OrganisationKind.choices], required=False
    )
    late = forms.ChoiceField(
        label=_("Submitted"), choices=[("", _("all")), ("1", _("nothing submitted this year"))],
        required=False,
    )  # fmt: skip
    under = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: object, years: list[int], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["year"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(year, str(year)) for year in years]


class BlankForm(forms.Form):
    """Which blank spots: of a year, below a union, of a kind, without a plan."""

    year = forms.TypedChoiceField(label=_("Year"), coerce=int, empty_value=None, required=False)
    q = forms.CharField(
        label=_("Union"), required=False, max_length=100,
        widget=forms.TextInput(attrs={"placeholder": _("name or code of the union")}),
    )  # fmt: skip
    under = forms.ChoiceField(label=pgettext_lazy("blank", "Street or sector"), required=False)
    gap = forms.ChoiceField(
        label=pgettext_lazy("blank", "Gap"), choices=[("", _("all")), *GAPS.items()],
        required=False,
    )  # fmt: skip
    plan = forms.ChoiceField(
        label=pgettext_lazy("blank", "Plan never taken"), required=False,
        choices=[("", _("all")), *((family.value, family.label) for family in PAID_FAMILIES)],
    )  # fmt: skip

    def __init__(
        self, *args: object, years: list[int], places: list[tuple[str, str]], **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for name, choices in (
            ("year", [(year, str(year)) for year in years]),
            ("under", [("", _("all")), *places]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
