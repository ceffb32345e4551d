"""A draft of a plan version: every value with how well it is known, its sources, its first day."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _gettext
from django.utils.translation import gettext_lazy as _

from policies.forms.base import amount_field
from policies.rules.drafts import REQUIRED, DraftField, changed, fields_of, with_excludes
from policies.selectors.catalogue import EVIDENCE
from policies.selectors.codes import coded
from policies.states import PAID_FAMILIES

UNITS: Mapping[str, Promise | str] = {"money": _("yuan"), "rate": "%", "rates": "%"}
LABELS: Mapping[str, Promise] = {
    "name_zh": _("Full name"),
    "name_en": _("English name"),
    "price.per_share": _("Contribution"),
    "shares.min": _("Least shares"),
    "shares.max": _("Most shares"),
    "shares.usual": _("Usual shares"),
    "term_months": _("Term in months"),
    "ages.min": _("Youngest age"),
    "ages.max": _("Oldest age"),
    "ages.female_max": _("Women up to"),
    "ages.flagged_max": _("Noted on the roster up to"),
    "waiting.days": _("Waiting, no benefit"),
    "waiting.reduced_until_day": _("Reduced benefit until day"),
    "min_group.ratio": _("Smallest group, part of the staff"),
    "min_group.all_if_staff_below": _("Everybody where the staff is below"),
    "min_group.all_if_staff_at_most": _("Everybody where the staff is at most"),
    "benefit.deductible.first": _("Deductible, first stay"),
    "benefit.deductible.later": _("Deductible, later stays"),
    "benefit.rates": _("Rate, first / later stays"),
    "benefit.special_disease.inpatient_first_deductible": _("Special disease: first stay"),
    "benefit.special_disease.inpatient_later_deductible": _("Special disease: later stays"),
    "benefit.special_disease.inpatient_rates": _("Special disease: rates of stays"),
    "benefit.special_disease.outpatient_first_deductible": _("Special disease: first visit"),
    "benefit.special_disease.outpatient_later_deductible": _("Special disease: later visits"),
    "benefit.special_disease.outpatient_rate": _("Special disease: rate of visits"),
    "benefit.per_day": _("Allowance a day"),
    "benefit.unpaid_days_per_stay": _("Unpaid at the start of a stay"),
    "benefit.max_days_per_term": _("Most days in a term"),
    "benefit.cap_per_term": _("Most in a term"),
    "benefit.tiers.*.price": _("Contribution"),
    "benefit.tiers.*.price_high_risk": _("High-risk work"),
    "benefit.tiers.*.death_and_funeral": _("death and funeral"),
    "benefit.tiers.*.disability_base": _("disability, basis"),
    "benefit.tiers.*.living_per_day": _("a day at home"),
    "benefit.tiers.*.hospital_per_day": _("a day in hospital"),
    "benefit.outpatient.deductible_per_year": _("Outpatient deductible of a year"),
    "benefit.inpatient.deductible_first": _("Inpatient deductible, first stay"),
    "benefit.inpatient.deductible_later": _("Inpatient deductible, later stays"),
    "benefit.rate_to_ceiling": _("Rate up to the ceiling"),
    "benefit.rate_to_ceiling_privileged": _("Model workers and hardship"),
    "benefit.max_per_year": _("Most in a year"),
    "claim_limit.value": _("Claim within, years"),
}
PER_SHARE: Mapping[str, Promise] = {
    "reduced": _("Reduced, a share"),
    "early_stage": _("Early stage, a share"),
    "full": _("Full, a share"),
    "within_waiting": _("Within the waiting days, a share"),
}


def label_of(field: DraftField) -> str:
    """What a value is called on the form."""
    if field.pattern == "benefit.per_share.*":
        name = field.path.rsplit(".", 1)[1]
        return str(PER_SHARE.get(name) or coded(name))
    label = str(LABELS[field.pattern])
    return f"{field.tier}：{label}" if field.tier else label


class NewDraftForm(forms.Form):
    """On which version a draft is based, what it is called, and from when it is to be sold."""

    based_on = forms.ChoiceField(label=_("Based on"))
    code = forms.CharField(
        label=_("Code of the new version"),
        max_length=30,
        help_text=_("capital letters, digits and hyphens, such as CI-2027"),
    )
    effective_from = forms.DateField(
        label=_("On sale from"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(
        self, versions: Iterable[tuple[str, str]], data: Any = None, initial: Any = None
    ) -> None:
        super().__init__(data, initial=initial)
        field = self.fields["based_on"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(versions)


class DraftForm(forms.Form):
    """The values of a draft: `v:` before the path of a value, `e:` before that of its evidence."""

    effective_from = forms.DateField(
        label=_("On sale from"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    sources = forms.CharField(
        label=_("Sources, one a line"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )
    excludes = forms.MultipleChoiceField(
        label=_("Not together with"),
        choices=[(family.value, family.label) for family in PAID_FAMILIES],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, parameters: Mapping[str, Any], data: Any = None) -> None:
        super().__init__(data)
        self.parameters = parameters
        self.values = fields_of(parameters)
        self.initial = {
            "effective_from": parameters["effective_from"],
            "sources": "\n".join(parameters["sources"]),
            "excludes": parameters.get("excludes", []),
        }
        for field in self.values:
            self._add(field)

    def _add(self, field: DraftField) -> None:
        label = label_of(field)
        value, known = f"v:{field.path}", f"e:{field.path}"
        self.fields[value] = forms.CharField(
            label=label,
            max_length=100,
            required=field.path in REQUIRED,
            widget=forms.TextInput(attrs={"aria-label": label, "autocomplete": "off"}),
        )
        self.fields[known] = forms.ChoiceField(
            label=label,
            choices=[(code, str(said)) for code, said in EVIDENCE.items()],
            widget=forms.Select(
                attrs={"aria-label": _gettext("%(value)s: evidence") % {"value": label}}
            ),
        )
        self.initial[value], self.initial[known] = field.value, field.evidence

    def rows(self) -> Iterator[tuple[str, str, Any, Any]]:
        """(label, unit, value, evidence) of every value, as bound fields."""
        for field in self.values:
            yield (
                label_of(field),
                str(UNITS.get(field.kind, "")),
                self[f"v:{field.path}"],
                self[f"e:{field.path}"],
            )

    def document(self) -> dict[str, Any]:
        """The terms as they were given. Raises Malformed where a value cannot be read."""
        given = self.cleaned_data
        document = changed(
            self.parameters,
            {field.path: given[f"v:{field.path}"] for field in self.values},
            {field.path: given[f"e:{field.path}"] for field in self.values},
        )
        document["effective_from"] = given["effective_from"].isoformat()
        lines = [line.strip() for line in given["sources"].splitlines()]
        document["sources"] = [line for line in lines if line]
        return with_excludes(document, given["excludes"])

    def fault_at(self, place: str, message: str) -> None:
        """Show a fault of the document beside its value, else above the form."""
        name = f"v:{place}"
        self.add_error(name if name in self.fields else None, message)


class CampaignForm(forms.Form):
    """A centrally funded drive."""

    code = forms.CharField(label=_("Code"), max_length=30)
    name_zh = forms.CharField(label=_("Full name"), max_length=100)
    family = forms.ChoiceField(
        label=_("Plan"), choices=[(family.value, family.label) for family in PAID_FAMILIES]
    )
    tier = forms.CharField(
        label=_("Tier"), max_length=10, required=False, help_text=_("empty for a plan without")
    )
    starts_on = forms.DateField(
        label=_("Starts on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    sponsor = forms.CharField(label=_("Sponsor"), max_length=100)
    sponsor_code = forms.CharField(
        label=_("Code of the sponsoring union"), max_length=100, required=False
    )
    budget = amount_field(_("Budget"), required=False)
