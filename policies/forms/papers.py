"""The forms of what is handed in beside a batch."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from policies.states import Funder, PaperKind


class BatchPaperForm(forms.Form):
    """One scan of a batch."""

    kind = forms.ChoiceField(label=_("Paper"), choices=PaperKind.choices)
    file = forms.FileField(
        label=_("Scan"),
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )


class CorrectionForm(forms.Form):
    """What a line of an accepted batch is to say; an empty field stays as it is."""

    name = forms.CharField(label=_("Right name"), required=False, max_length=100)
    funder = forms.ChoiceField(
        label=_("Paid by"), required=False, choices=[("", "—"), *Funder.choices]
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=500)
    reason = forms.CharField(label=pgettext_lazy("act", "Reason"), max_length=300)


class AnswerForm(forms.Form):
    """Why a correction is refused."""

    answer = forms.CharField(label=_("Answer"), required=False, max_length=300)
