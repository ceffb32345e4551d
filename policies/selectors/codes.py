"""The catalogue's own words for papers, exclusions and kinds of illness, as people say them."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

WORDS: Mapping[str, Promise] = {
    "any": pgettext_lazy("catalogue", "all members in service"),
    "female": pgettext_lazy("catalogue", "women"),
    "male": pgettext_lazy("catalogue", "men"),
    "application_form": pgettext_lazy("catalogue", "application form"),
    "card": pgettext_lazy("catalogue", "union service card"),
    "claim_form": pgettext_lazy("catalogue", "claim form"),
    "death_certificate": pgettext_lazy("catalogue", "death certificate"),
    "diagnosis_certificate": pgettext_lazy("catalogue", "certificate of diagnosis"),
    "disability_certificate": pgettext_lazy("catalogue", "certificate of disability"),
    "discharge_record": pgettext_lazy("catalogue", "discharge record"),
    "guardian_consent": pgettext_lazy("catalogue", "guardian's consent"),
    "guardian_id_copy": pgettext_lazy("catalogue", "copy of the guardian's identity card"),
    "hospital_papers": pgettext_lazy("catalogue", "hospital papers"),
    "household_cancellation": pgettext_lazy("catalogue", "cancelled household registration"),
    "id_copy": pgettext_lazy("catalogue", "copy of the identity card"),
    "inpatient_fee_list": pgettext_lazy("catalogue", "list of inpatient fees"),
    "kinship_proof": pgettext_lazy("catalogue", "proof of kinship"),
    "low_income_proof": pgettext_lazy("catalogue", "proof of low income"),
    "observation_receipt_or_manual_reimbursement_form": pgettext_lazy(
        "catalogue", "observation receipt or manual reimbursement form"
    ),
    "operation_record": pgettext_lazy("catalogue", "record of the operation"),
    "pathology_report": pgettext_lazy("catalogue", "pathology report"),
    "retirement_proof": pgettext_lazy("catalogue", "proof of retirement"),
    "special_disease_approval": pgettext_lazy("catalogue", "approval of the special disease"),
    "transfer_slip": pgettext_lazy("catalogue", "transfer slip"),
    "unit_accident_certificate": pgettext_lazy("catalogue", "the unit's accident certificate"),
    "crime": pgettext_lazy("catalogue", "crime"),
    "drunk_driving": pgettext_lazy("catalogue", "drunk driving"),
    "fraud": pgettext_lazy("catalogue", "fraud"),
    "illness": pgettext_lazy("catalogue", "illness"),
    "illness_already_paid": pgettext_lazy("catalogue", "an illness already paid for"),
    "natural_disaster": pgettext_lazy("catalogue", "natural disaster"),
    "pre_existing_illness": pgettext_lazy("catalogue", "an illness from before joining"),
    "psychiatric_illness": pgettext_lazy("catalogue", "psychiatric illness"),
    "retired": pgettext_lazy("catalogue", "retired staff"),
    "self_harm": pgettext_lazy("catalogue", "self-harm"),
    "unlicensed_driving": pgettext_lazy("catalogue", "unlicensed driving"),
    "unregistered_vehicle": pgettext_lazy("catalogue", "unregistered vehicle"),
    "war": pgettext_lazy("catalogue", "war"),
    "listed_disease": pgettext_lazy("catalogue", "a listed disease"),
    "listed_disease_or_operation": pgettext_lazy("catalogue", "a listed disease or operation"),
    "in_situ_or_skin_cancer_operation": pgettext_lazy(
        "catalogue", "operation of a cancer in situ or of the skin"
    ),
    "pre_existing_first_operation": pgettext_lazy(
        "catalogue", "first operation of an illness from before joining"
    ),
}


def coded(code: str) -> str | Promise:
    """The word for a code; a code that has none yet is shown as it is."""
    return WORDS.get(code, code)
