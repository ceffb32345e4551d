"""Forms of this room; choices are handed in by the views."""

from collections.abc import Collection, Iterable
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import identity
from members.permissions import Role
from members.states import (
    CardReason,
    Category,
    DocumentType,
    MemberStatus,
    Number,
    OrganisationKind,
    Relation,
    RevealReason,
    Sex,
)

USERNAME = RegexValidator(
    r"^[a-z0-9][a-z0-9._-]{2,59}\Z",
    _("Use 3 to 60 small letters, digits, dots or dashes, beginning with a letter or digit."),
)


class LoginForm(forms.Form):
    """User name and password."""

    username = forms.CharField(
        label=_("User name"), max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True}),
    )  # fmt: skip
    password = forms.CharField(
        label=_("Password"), max_length=200, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip


class CodeForm(forms.Form):
    """A code of the phone, or one from paper."""

    code = forms.CharField(
        label=_("One-time code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autofocus": True, "inputmode": "text"}
        ),
    )


class PasswordForm(forms.Form):
    """The present password and twice the new one."""

    old = forms.CharField(
        label=_("Present password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=_("New password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("New password again"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("new") != cleaned.get("again"):
            self.add_error("again", _("The two new passwords differ. Please type it twice alike."))
        return cleaned


class AccountForm(forms.Form):
    """A new account of a union."""

    username = forms.CharField(label=_("User name"), max_length=60, validators=[USERNAME])
    full_name = forms.CharField(label=_("Name"), max_length=60)
    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: Any, roles: tuple[Role, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(role.value, role.label) for role in roles]


class GrantForm(forms.Form):
    """A further role of an account at a union, named by its code."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    organisation = forms.CharField(label=_("Union code"), max_length=40)


class UploadForm(forms.Form):
    """A workbook and what its kind needs to know besides."""

    file = forms.FileField(
        label=_("Workbook"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
        error_messages={
            "required": _("Please choose a workbook."),
            "empty": _("The file is empty. Please choose the workbook that you filled in."),
        },
    )


class QuarterUploadForm(UploadForm):
    """A workbook of one quarter."""

    quarter = forms.RegexField(
        r"^(19|20|21)[0-9]{2}Q[1-4]\Z",
        label=_("Quarter"),
        help_text=_("For example 2018Q1"),
        error_messages={"invalid": _("Write the quarter like 2018Q1.")},
    )

    field_order = ("quarter", "file")


class FindMemberForm(forms.Form):
    """One box for all ways to name a person; a POST, so that no number stands in an address."""

    text = forms.CharField(
        label=_("Find a person"),
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "placeholder": _(
                    "name, pinyin initials, last 4 or 6 of the document, card's last 4"
                ),
                "data-search-box": True,
            }
        ),
    )


class ReasonForm(forms.Form):
    """Why an act is done."""

    reason = forms.CharField(label=pgettext_lazy("act", "Reason"), max_length=200)


class RevealForm(forms.Form):
    """Which whole number, and why; another reason than the listed ones is written out."""

    WORDS = {  # without what was sent: Django would repeat it
        "required": _("Please choose what you need the number for."),
        "invalid_choice": _("Please choose what you need the number for."),
    }
    what = forms.ChoiceField(choices=Number, error_messages=WORDS)
    reason = forms.ChoiceField(
        label=pgettext_lazy("act", "Reason"), choices=RevealReason, error_messages=WORDS
    )
    note = forms.CharField(label=_("In words"), max_length=100, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("reason") == RevealReason.OTHER and not cleaned.get("note"):
            self.add_error("note", _("Please write down for what you need the number."))
        return cleaned


KINDS = [choice for choice in OrganisationKind.choices if choice[0] != OrganisationKind.DISTRICT]


def _credit_code(value: str) -> None:
    fault = identity.credit_code_fault(value)
    if fault is not None:
        raise forms.ValidationError(f"{fault[1]}，{fault[2]}")


class UnionForm(forms.Form):
    """What is known of a union beside its name."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=KINDS,
    )
    union_credit_code = forms.CharField(
        label=_("Credit code of the union"), required=False, validators=[_credit_code]
    )
    unit_credit_code = forms.CharField(
        label=_("Credit code of the unit"), required=False, validators=[_credit_code]
    )
    contact_name = forms.CharField(label=_("Contact"), max_length=100, required=False)
    contact_phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)


class FoundForm(forms.Form):
    """A new union."""

    code = forms.RegexField(
        r"^[A-Za-z0-9-]{2,40}\Z",
        label=_("Code"),
        help_text=_("Letters, digits and dashes; it never changes."),
    )
    name = forms.CharField(label=_("Name of the union"), max_length=100)
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS, initial="GRASSROOTS")

    def clean_code(self) -> str:
        return str(self.cleaned_data["code"]).upper()


class RenameForm(forms.Form):
    """A new name and since when; without a day the present one was misspelt."""

    name = forms.CharField(label=_("Name of the union"), max_length=100)
    from_on = forms.DateField(
        label=_("In force from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Papers of before keep the old name. Leave blank to correct a mistake."),
    )


class StaffCountForm(forms.Form):
    """The employees of a unit in a year."""

    year = forms.IntegerField(label=_("Year"), min_value=1990, max_value=2100)
    staff = forms.IntegerField(label=_("Staff"), min_value=0, max_value=1_000_000)
    women = forms.IntegerField(
        label=_("Female staff"), min_value=0, max_value=1_000_000, required=False
    )


class ContactForm(forms.Form):
    """Somebody at a union who can be asked."""

    name = forms.CharField(label=_("Name"), max_length=100)
    post = forms.CharField(label=_("Post"), max_length=60, required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    email = forms.EmailField(label=_("E-mail"), max_length=100, required=False)


class UndoMergeForm(forms.Form):
    """Why a merge was wrong."""

    reason = forms.CharField(label=_("Why undo it"), max_length=300)


class MergeForm(forms.Form):
    """Which of two records stays, and from which each value is taken; `fields` name the values."""

    reason = forms.CharField(label=_("Why merge"), max_length=300)

    def __init__(
        self, *args: Any, pair: tuple[int, int], fields: Iterable[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(pk), "") for pk in pair]
        self.names = list(fields)
        for name in ("kept", *self.names):
            self.fields[name] = forms.ChoiceField(
                choices=choices, label=_("Record that stays") if name == "kept" else ""
            )

    @property
    def kept(self) -> int:
        return int(self.cleaned_data["kept"])

    def taken(self) -> list[str]:
        """The values that come from the record that goes."""
        return [name for name in self.names if int(self.cleaned_data[name]) != self.kept]


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _unremembered() -> forms.TextInput:
    return forms.TextInput(attrs={"autocomplete": "off"})


class RegisterForm(forms.Form):
    """A person who becomes a member; an identity number says sex and birthday."""

    union = forms.CharField(label=_("Union code"), max_length=40)
    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=100)
    document_type = forms.ChoiceField(
        label=_("Kind of document"), choices=DocumentType, initial=DocumentType.RESIDENT
    )
    number = forms.CharField(label=_("Document number"), max_length=40, widget=_unremembered())
    sex = forms.ChoiceField(
        label=_("Sex"), required=False, choices=[("", "—"), *Sex.choices],
        help_text=_("Only if the number does not say it"),
    )  # fmt: skip
    born_on = forms.DateField(
        label=_("Born on"), required=False, widget=_day(),
        help_text=_("Only if the number does not say it"),
    )  # fmt: skip
    phone = forms.CharField(label=_("Mobile"), max_length=40, required=False)
    joined_on = forms.DateField(label=_("Joined on"), required=False, widget=_day())
    category = forms.ChoiceField(label=_("Medical category"), choices=Category)
    note = forms.CharField(label=_("Note"), max_length=500, required=False)


class EditForm(forms.Form):
    """What stands about a person; the masked telephone stays, an empty one clears it."""

    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=100)
    phone = forms.CharField(label=_("Mobile number"), max_length=40, required=False)
    joined_on = forms.DateField(label=_("Joined on"), required=False, widget=_day())
    category = forms.ChoiceField(label=_("Medical category"), choices=Category)
    category_on = forms.DateField(label=_("New category from"), required=False, widget=_day(),
                                  help_text=_("Today if empty"))  # fmt: skip
    card_valid_until = forms.DateField(label=_("Card valid until"), required=False, widget=_day())
    note = forms.CharField(label=_("Note"), max_length=500, required=False)
    reason = forms.CharField(label=pgettext_lazy("act", "Reason"), max_length=200, required=False,
                             help_text=_("Required for another name"))  # fmt: skip


class ActForm(forms.Form):
    """One of several forms on a page: its fields have marks of their own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = f"{type(self).__name__.lower()}_%s"


class MoveForm(ActForm):
    """Another status from a day on."""

    to = forms.ChoiceField(label=_("Act"), choices=MemberStatus)
    happened_on = forms.DateField(label=_("From the day"), widget=_day())
    reason = forms.CharField(label=pgettext_lazy("act", "Reason"), max_length=200, required=False)

    WORDS = {
        MemberStatus.IN_SERVICE: pgettext_lazy("act", "return to work"),
        MemberStatus.RETIRED: pgettext_lazy("act", "retirement"),
        MemberStatus.LEFT: pgettext_lazy("act", "leaving"),
        MemberStatus.DIED: pgettext_lazy("act", "death"),
    }

    def offer(self, moves: Collection[MemberStatus]) -> None:
        """Show only the acts that the present status allows."""
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(move.value, self.WORDS[move]) for move in MemberStatus if move in moves]


class CorrectionForm(ActForm):
    """Why the last change of status is taken back."""

    reason = forms.CharField(label=pgettext_lazy("act", "Reason"), max_length=200)


class CardForm(ActForm):
    """A new card; the reason is that for which the present one goes."""

    number = forms.CharField(label=_("New card number"), max_length=40, widget=_unremembered())
    issued_on = forms.DateField(label=_("Issued on"), required=False, widget=_day())
    valid_until = forms.DateField(label=_("Valid until"), required=False, widget=_day())
    reason = forms.ChoiceField(
        label=_("Why the present card is replaced"),
        choices=[choice for choice in CardReason.choices if choice[0] != CardReason.ROSTER],
    )


class ChildForm(ActForm):
    """A child with the guardian's consent."""

    name = forms.CharField(label=_("Child's name"), max_length=100)
    number = forms.CharField(
        label=_("Child's identity number"), max_length=40, widget=_unremembered()
    )
    relation = forms.ChoiceField(label=_("Relation to the child"), choices=Relation)
    consent_on = forms.DateField(label=_("Day of the consent"), widget=_day())
    consent_form = forms.CharField(label=_("Version of the form"), max_length=30)


class AskOutForm(ActForm):
    """Where a member goes: the other union by its code only."""

    target_code = forms.CharField(label=_("Code of the new union"), max_length=40)
    reason = forms.CharField(label=pgettext_lazy("act", "Reason"), max_length=200)


class AskInForm(forms.Form):
    """A person who is to come from another union."""

    number = forms.CharField(
        label=_("The person's whole document number"), max_length=40, widget=_unremembered()
    )
    target_code = forms.CharField(label=_("Code of the new union"), max_length=40)
    reason = forms.CharField(label=pgettext_lazy("act", "Reason"), max_length=200)
