"""理赔试算: the terms, the cover and the facts of a claim that is only tried."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from claims.forms.base import DAY, FIELDS, NUMBER
from claims.rules.phrases import WORDS
from claims.selectors.calculator import categories_of
from policies.rules.terms import PlanTerms
from policies.states import PAID_FAMILIES

# who and where is nothing that the amount depends on
LEFT_OUT = {
    "hospital_name", "hospital_code", "transfer_from", "transfer_slip", "diagnosis", "illness",
}  # fmt: skip
ANEW = {
    "hx-get": "", "hx-trigger": "change", "hx-target": "#calculator", "hx-select": "#calculator",
    "hx-swap": "outerHTML", "hx-include": "#calculator select",
}  # fmt: skip


class CalculatorForm(forms.Form):
    """One claim under one cover. The fields follow the plan and its version."""

    def __init__(
        self, data: Any, *, family: str, version: Any, terms: PlanTerms,
        versions: Sequence[Any], today: date,
    ) -> None:  # fmt: skip
        super().__init__(data)
        self.terms = terms
        self.fields["family"] = forms.ChoiceField(
            label=_("Plan"), choices=[(each.value, each.label) for each in PAID_FAMILIES],
            widget=forms.Select(attrs=ANEW), initial=family, required=False,
        )  # fmt: skip
        self.fields["version"] = forms.ChoiceField(
            label=_("Version"), choices=[(each.code, _name(each)) for each in versions],
            widget=forms.Select(attrs=ANEW), initial=version.code, required=False,
        )  # fmt: skip
        self.fields["starts_on"] = _day(_("Cover begins on"), date(today.year, 1, 1))
        self.fields["renews"] = forms.BooleanField(
            label=_("renews a cover without a break"), required=False
        )
        self.fields.update(_sold(terms))
        self.fields["filed_on"] = _day(_("Filed on"), today)
        facts = FIELDS[family]()
        self.fields.update({name: each for name, each in facts.items() if name not in LEFT_OUT})
        self.fields.pop("category", None)
        if categories := categories_of(terms):
            self.fields.pop("stage", None)
            self.fields["category"] = forms.ChoiceField(
                label=_("Category"), choices=[(key, _category(key)) for key in categories]
            )

    def facts(self) -> dict[str, Any]:
        """The facts of the claim, by the names of the assessment contract."""
        cover = ("family", "version", "starts_on", "renews", "shares", "tier", "filed_on")
        return {name: value for name, value in self.cleaned_data.items() if name not in cover}


def _day(label: Any, initial: date) -> forms.DateField:
    return forms.DateField(label=label, widget=DAY, initial=initial)


def _sold(terms: PlanTerms) -> dict[str, forms.Field]:
    if terms.tiers:
        tiers = [(tier.code, f"{tier.code} ￥{tier.price}") for tier in terms.tiers]
        return {"tier": forms.ChoiceField(label=_("Tier"), choices=tiers)}
    return {
        "shares": forms.IntegerField(
            label=_("Shares"), min_value=1, max_value=terms.shares.max, initial=1, widget=NUMBER
        )
    }


def _name(version: Any) -> str:
    return f"{version.code} {version.get_status_display()}"


def _category(key: str) -> str:
    is_chinese = (get_language() or "").startswith("zh")
    return WORDS.get(key, key) if is_chinese else key.replace("_", " ")
