"""The forms of enrolling one person: the search, the day, a column per plan."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from policies.states import Family, Funder

RELATIONS = ("子女", "子", "女", "父子", "父女", "母子", "母女", "监护")


class PersonForm(forms.Form):
    """One box for all ways to name a person; posted, so that no number stands in an address."""

    text = forms.CharField(
        label=_("Find a person"),
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autofocus": True,
                "placeholder": _(
                    "name, pinyin initials, last 4 or 6 of the document, card's last 4"
                ),
                "data-search-box": True,
            }
        ),
    )


class StartForm(forms.Form):
    """The first day of the covers."""

    starts_on = forms.DateField(
        label=_("Starts on"),
        widget=forms.DateInput(attrs={"type": "date", "autofocus": True}, format="%Y-%m-%d"),
    )


class PlanForm(forms.Form):
    """One plan of the grid; what its terms do not know is not asked."""

    take = forms.BooleanField(label=pgettext_lazy("plan grid", "Takes part"), required=False)
    shares = forms.IntegerField(label=_("Shares"), required=False, min_value=1, max_value=99)
    tier = forms.ChoiceField(label=_("Tier"), required=False)
    high_risk = forms.BooleanField(label=_("high risk"), required=False)
    child = forms.ChoiceField(label=_("Child"), required=False)
    child_name = forms.CharField(label=_("Name of the child"), required=False, max_length=100)
    child_number = forms.CharField(
        label=_("Number of the child"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    relation = forms.ChoiceField(
        label=_("Relation"),
        required=False,
        choices=[("", "—"), *((each, each) for each in RELATIONS)],
    )
    funder = forms.ChoiceField(label=_("Paid by"), required=False, choices=Funder.choices)

    def __init__(self, column: Any, data: Any = None) -> None:
        self.column = column
        choice = column.choice
        super().__init__(
            data,
            prefix=column.family.value,
            initial={
                "take": column.last is not None and not column.obstacle,
                "shares": choice.shares,
                "tier": choice.tier,
                "high_risk": choice.high_risk,
                "funder": choice.funder,
            },
        )
        self._fit()

    def _fit(self) -> None:
        terms = self.column.terms
        unasked = [] if self.column.family == Family.CHILD else [
            "child", "child_name", "child_number", "relation",
        ]  # fmt: skip
        if terms is None or terms.shares.max == 1:
            unasked.append("shares")
        if terms is None or not terms.tiers:
            unasked += ["tier", "high_risk"]
        elif not any(tier.price_high_risk for tier in terms.tiers):
            unasked.append("high_risk")
        for name in unasked:
            del self.fields[name]
        if "tier" in self.fields:
            offered = [(tier.code, f"{tier.code} {tier.price}") for tier in terms.tiers]
            self._offer("tier", [("", "—"), *offered])
        if "child" in self.fields:
            known = [(str(child.pk), child.name) for child in self.column.children]
            self._offer("child", [("", _("another child, below")), *known])

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
