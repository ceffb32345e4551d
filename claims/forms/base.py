"""Forms of this room; choices are handed in by the views."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from claims.rules.phrases import CATEGORIES, WORDS
from claims.services.filing import NewClaim, Paper
from claims.states import Document, RefusalCode
from core.identity import document_fault
from core.importing.cells import clean_code
from policies.states import PAID_FAMILIES

DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
MONEY = forms.TextInput(attrs={"inputmode": "decimal", "class": "amount"})
NUMBER = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
NONE = ("", _("no"))
YES = "yes"


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DAY, **more)


def _days(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=0, max_value=3660, required=False, widget=NUMBER
    )


def _hospital() -> dict[str, forms.Field]:
    levels = [("", "—"), ("3", _("level 3")), ("2", _("level 2")), ("1", _("level 1")),
              ("0", _("not graded"))]  # fmt: skip
    return {
        "hospital_name": forms.CharField(label=_("Hospital"), max_length=100, required=False),
        "hospital_code": forms.CharField(
            label=_("Hospital code"), max_length=100, required=False,
            help_text=_("H and 11 digits, on the settlement paper"),
        ),
        "hospital_level": forms.TypedChoiceField(
            label=_("Hospital level"), choices=levels, coerce=int, empty_value=None, required=False
        ),
    }  # fmt: skip


def _transfer() -> dict[str, forms.Field]:
    return {
        "transfer_from": forms.CharField(
            label=_("Transferred from"), max_length=100, required=False,
            help_text=_("number of the claim on the first hospital"),
        ),
        "transfer_slip": forms.BooleanField(label=_("with a transfer slip"), required=False),
    }  # fmt: skip


def _diagnosis() -> dict[str, forms.Field]:
    return {"diagnosis": forms.CharField(label=_("Diagnosis"), max_length=500, required=False)}


def _inpatient_medical() -> dict[str, forms.Field]:
    special = [NONE, ("inpatient", _("special disease, inpatient")),
               ("outpatient", _("special disease, outpatient"))]  # fmt: skip
    return {
        "event_on": _day(_("Admitted on")),
        "discharged_on": _day(_("Discharged on"), required=False),
        "self_pay_1": forms.DecimalField(
            label=_("Self-paid 1"), max_digits=12, decimal_places=2, min_value=0, widget=MONEY,
            help_text=_("as on the settlement paper, with the deductible"),
        ),
        "special_disease": forms.ChoiceField(
            label=_("Special disease"), choices=special, required=False
        ),
        **_hospital(),
        **_transfer(),
        "earlier_stays_in_year": forms.IntegerField(
            label=_("Earlier stays"), min_value=0, max_value=50, required=False, widget=NUMBER,
            help_text=_("of this year that were never claimed here"),
        ),
        **_diagnosis(),
    }  # fmt: skip


def _allowance() -> dict[str, forms.Field]:
    return {
        "event_on": _day(_("Admitted on")),
        "discharged_on": _day(_("Discharged on")),
        **_hospital(),
        **_transfer(),
        **_diagnosis(),
    }


def _illness() -> dict[str, forms.Field]:
    stages = [("full", _("full")), ("early", _("early stage"))]
    return {
        "event_on": _day(_("Diagnosed on")),
        "illness": forms.CharField(label=_("Illness"), max_length=100),
        "stage": forms.ChoiceField(label=_("Stage"), choices=stages),
        "category": forms.ChoiceField(
            label=_("Category"),
            choices=[("", "—"), *((key, WORDS[key]) for key in CATEGORIES)],
            required=False,
            help_text=_("only where the cover is of the plan of 2016 or before"),
        ),
        "first_signs_on": _day(_("First signs on"), required=False),
        **_diagnosis(),
    }


def _accident() -> dict[str, forms.Field]:
    grades = [("", "—"), *((str(grade), str(grade)) for grade in range(1, 11))]
    return {
        "event_on": _day(_("Accident on")),
        "death": forms.BooleanField(label=_("Death"), required=False),
        "disability_grade": forms.TypedChoiceField(
            label=_("Disability grade"), choices=grades, coerce=int, empty_value=None,
            required=False,
        ),
        "living_days": _days(_("Days of living allowance")),
        "hospital_days": _days(_("Days of hospital allowance")),
        **_diagnosis(),
    }  # fmt: skip


FIELDS: Mapping[str, Any] = {
    "INPMED": _inpatient_medical,
    "INPALW": _allowance,
    "CI": _illness,
    "FEM": _illness,
    "ACC": _accident,
    "CHILD": _accident,
}


def _fetching(target: str, also: str = "") -> dict[str, str]:
    """Attributes that fetch a part of the form anew when the control changes."""
    attributes = {
        "hx-post": "person/", "hx-trigger": "change", "hx-target": target, "hx-select": target,
        "hx-swap": "outerHTML",
    }  # fmt: skip
    return attributes | ({"hx-select-oob": also} if also else {})


class PersonForm(forms.Form):
    """The person by document number, and the plan that is claimed on."""

    number = forms.CharField(
        label=_("Document number"), max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autofocus": True, **_fetching("#person-found")}
        ),
    )  # fmt: skip
    family = forms.ChoiceField(
        label=_("Plan"),
        choices=[(family.value, family.label) for family in PAID_FAMILIES],
        widget=forms.Select(attrs=_fetching("#claim-facts", "#person-found")),
    )  # fmt: skip

    def clean_number(self) -> str:
        number: str = clean_code(self.cleaned_data["number"])
        fault = document_fault(number, document=None, today=self.today)
        if fault is not None:
            _code, message, advice = fault
            raise forms.ValidationError(f"{message}，{advice}")
        return number

    def __init__(self, *args: Any, today: Any, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, **kwargs)


class FactsForm(forms.Form):
    """The facts that one plan asks for, and a scan of each of its papers."""

    def __init__(
        self,
        *args: Any,
        family: str,
        children: Sequence[tuple[int, str]] = (),
        papers: Sequence[tuple[str, str, bool]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.family = family
        if family == "CHILD":
            self.fields["child_id"] = forms.TypedChoiceField(
                label=_("Child"), choices=children, coerce=int
            )
        self.fields.update(FIELDS[family]())
        for code, label, is_required in papers:
            hint = "" if is_required else _("if it applies")
            self.fields[f"paper_{code}"] = forms.FileField(
                label=label, required=False, help_text=hint
            )

    def clean(self) -> dict[str, Any]:
        """A stay ends, and not before it began; treatment outside the ward has no discharge."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("event_on"), cleaned.get("discharged_on")
        is_stay = cleaned.get("special_disease") != "outpatient"
        if self.family == "INPMED" and is_stay and not last and "discharged_on" not in self.errors:
            self.add_error("discharged_on", _("Fill in the discharge."))
        if first and last and last < first:
            self.add_error("discharged_on", _("The discharge lies before the admission."))
        return cleaned

    @property
    def facts(self) -> list[forms.BoundField]:
        return [field for field in self if not field.name.startswith(("paper_", "child_"))]

    @property
    def child(self) -> forms.BoundField | None:
        """Which child, in the children's plan."""
        return self["child_id"] if "child_id" in self.fields else None

    @property
    def papers(self) -> list[forms.BoundField]:
        return [field for field in self if field.name.startswith("paper_")]

    def new_claim(self, member_id: int, transfer_from_id: int | None) -> NewClaim:
        """The facts as the service takes them."""
        given = {
            name: value
            for name, value in self.cleaned_data.items()
            if not name.startswith("paper_") and name != "transfer_from" and value is not None
        }
        return NewClaim(
            member_id=member_id, family=self.family, transfer_from_id=transfer_from_id, **given
        )

    def scans(self) -> list[Paper]:
        """The uploaded papers with their content."""
        return [
            Paper(name.removeprefix("paper_"), upload.name, upload.read())
            for name, upload in self.cleaned_data.items()
            if name.startswith("paper_") and upload
        ]


class PaperForm(forms.Form):
    """One more scan of a claim."""

    document = forms.ChoiceField(label=_("Paper"), choices=Document.choices)
    file = forms.FileField(label=_("Scan or photograph"))


class ReasonForm(forms.Form):
    """What the unit will read: why, or which papers."""

    reason = forms.CharField(label=_("Reason or note"), max_length=300, required=False)
    code = forms.ChoiceField(
        label=_("Code of the refusal"), required=False,
        choices=[("", _("as the checks found")), *RefusalCode.choices],
    )  # fmt: skip


class PayForm(forms.Form):
    """When the bank has paid, and its reference."""

    paid_on = forms.DateField(label=_("Paid on"), widget=DAY)
    reference = forms.CharField(label=_("Bank's reference"), max_length=60)


class SelectionForm(forms.Form):
    """Ticked rows of a list, with the versions that were on the screen."""

    pk = forms.TypedMultipleChoiceField(coerce=int)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.sent = data
        picked = [value for value in data.getlist("pk") if value.isdecimal()]
        field = self.fields["pk"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = [(value, value) for value in picked]

    @property
    def ids(self) -> list[int]:
        return list(self.cleaned_data["pk"])

    @property
    def seen(self) -> dict[int, int]:
        """Claim id -> version, from the rows' hidden fields `17:3`."""
        pairs = (text.split(":") for text in self.sent.getlist("seen"))
        return {
            int(pair[0]): int(pair[1])
            for pair in pairs
            if len(pair) == 2 and pair[0].isdecimal() and pair[1].isdecimal()
        }
