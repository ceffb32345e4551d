"""Forms of this room; choices are handed in by the views."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from members.permissions import Role
from members.states import Number, RevealReason

USERNAME = RegexValidator(
    r"^[a-z0-9][a-z0-9._-]{2,59}\Z",
    _("Use 3 to 60 small letters, digits, dots or dashes, beginning with a letter or digit."),
)


class LoginForm(forms.Form):
    """User name and password."""

    username = forms.CharField(
        label=_("User name"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
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

    reason = forms.CharField(label=_("Reason"), max_length=200)


class RevealForm(forms.Form):
    """Which whole number, and why; another reason than the listed ones is written out."""

    what = forms.ChoiceField(choices=Number)
    reason = forms.ChoiceField(label=_("Reason"), choices=RevealReason)
    note = forms.CharField(label=_("In words"), max_length=100, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("reason") == RevealReason.OTHER and not cleaned.get("note"):
            self.add_error("note", _("Please write down for what you need the number."))
        return cleaned


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
