"""The keys of the catalogue that no rule reads, each with its type: a wrong one names its path."""

from decimal import Decimal

from policies.rules.document import (
    ClosedFields,
    amount,
    choice,
    day,
    each,
    rate,
    text,
    true_or_false,
    whole,
)
from policies.rules.terms import PAID_FAMILIES

COUNT = whole(0)
EVIDENCE_CODE = choice(("V", "S", "I", "G", "D"))
TEXTS = each(text)


def head_notes(fields: ClosedFields) -> None:
    """What the whole document says about itself."""
    fields.optional("compiled", day, None)
    fields.optional("currency", choice(("CNY",)), None)
    fields.optional("money_rounding", _rounding, None)
    fields.optional("evidence_codes", _texts_by_key, None)
    fields.optional("confidence_scale", TEXTS, None)
    fields.optional("conventions", _texts_by_key, None)
    fields.optional("reference_variants", each(_variant), None)


def plan_notes(fields: ClosedFields) -> None:
    """What a paid plan says beside its rules."""
    fields.optional("price_later", _price_later, None)
    fields.optional("channel_limits", _channel_limits, None)


def secondary_notes(fields: ClosedFields) -> None:
    """What the secondary reimbursement says beside its rules."""
    fields.optional("price", free_price, None)
    fields.optional("ages", _ages, None)
    fields.optional("sex", choice(("any", "female", "male")), None)
    fields.optional("term_months", whole(1, 1200), None)
    fields.optional("waiting", _waiting_days, None)
    fields.optional("eligibility", TEXTS, None)
    fields.optional("data_flow", _data_flow, None)
    fields.optional("pay_to", text, None)
    fields.optional("notice", text, None)
    fields.optional("verification", _verification, None)
    fields.optional("documents_above_ceiling", TEXTS, None)
    fields.optional("claim_limit", _two_limits, None)


def campaign_notes(fields: ClosedFields) -> None:
    """What is told of a campaign of the past."""
    fields.optional("streets", COUNT, None)
    fields.optional("claims", _claims, None)
    fields.optional("evidence", _codes, None)
    fields.optional("sources", TEXTS, None)


def common_notes(fields: ClosedFields) -> None:
    """What is said of all paid plans beside the rules."""
    for name in ("group_only", "card_required", "basic_medical_insurance_required"):
        fields.optional(name, true_or_false, None)
    fields.optional("must_be_member_first", true_or_false, None)
    for name in ("refund_after_effective", "duplicate_same_family_overlap", "pay_to"):
        fields.optional(name, text, None)
    fields.optional("retirement_in_term", text, None)
    fields.optional("channel", TEXTS, None)
    fields.optional("cover_ends", TEXTS, None)
    fields.optional("sources", TEXTS, None)
    fields.optional("entry_fee", _fee, None)
    fields.optional("claim_limit", _channels, None)
    fields.optional("payment_promise", _limit, None)
    fields.optional("min_group", _unknown_group, None)


def free_price(value: object, place: str) -> Decimal:
    """The price of a free plan and who pays for it instead."""
    with ClosedFields(value, place) as fields:
        fields.optional("payer", TEXTS, None)
        fields.optional("non_union_unit_per_head", amount, None)
        return fields.required("per_share", amount)


def _rounding(value: object, place: str) -> None:
    with ClosedFields(value, place) as fields:
        fields.required("unit", choice(("0.01",)))
        fields.required("mode", choice(("ROUND_HALF_UP",)))


def _texts_by_key(value: object, place: str) -> None:
    with ClosedFields(value, place) as fields:
        for key, said in fields.entries():
            text(said, fields.at(key))


def _codes(value: object, place: str) -> None:
    with ClosedFields(value, place) as fields:
        for key, code in fields.entries():
            EVIDENCE_CODE(code, fields.at(key))


def _variant(value: object, place: str) -> None:
    with ClosedFields(value, place) as fields:
        fields.required("family", choice(PAID_FAMILIES))
        fields.required("where", text)
        fields.required("year", whole(1990, 2100))
        fields.optional("price", amount, None)
        fields.optional("term_months", whole(1, 1200), None)
        fields.required("benefit", text)
        fields.required("source", text)
        fields.required("evidence", EVIDENCE_CODE)


def _price_later(value: object, place: str) -> None:
    with ClosedFields(value, place) as fields:
        fields.required("per_share", amount)
        fields.required("seen", text)


def _channel_limits(value: object, place: str) -> None:
    with ClosedFields(value, place) as fields:
        fields.optional("app_max_self_pay", amount, None)
        fields.optional("app_max_days", COUNT, None)


def _ages(value: object, place: str) -> None:
    with ClosedFields(value, place) as fields:
        fields.optional("min", whole(0, 150), None)
        fields.optional("max", whole(0, 150), None)
        fields.optional("basis", text, None)


def _waiting_days(value: object, place: str) -> None:
    with ClosedFields(value, place) as fields:
        fields.optional("days", COUNT, None)


def _data_flow(value: object, place: str) -> None:
    with ClosedFields(value, place) as fields:
        fields.required("below_ceiling", _flow)
        fields.required("above_ceiling", _flow)


def _flow(value: object, place: str) -> None:
    with ClosedFields(value, place) as fields:
        fields.required("source", text)
        fields.required("cycle", text)
        fields.optional("window", text, None)
        fields.required("application_needed", true_or_false)


def _verification(value: object, place: str) -> None:
    with ClosedFields(value, place) as fields:
        fields.required("by", TEXTS)
        fields.required("unit_of_count", text)


def _two_limits(value: object, place: str) -> None:
    with ClosedFields(value, place) as fields:
        fields.required("below_ceiling", text)
        fields.required("above_ceiling", text)
        fields.optional("evidence", EVIDENCE_CODE, None)


def _claims(value: object, place: str) -> None:
    with ClosedFields(value, place) as fields:
        fields.required("persons", COUNT)
        fields.required("amount", amount)


def _fee(value: object, place: str) -> None:
    with ClosedFields(value, place) as fields:
        fields.required("amount", COUNT)
        fields.optional("note", text, None)


def _limit(value: object, place: str) -> None:
    with ClosedFields(value, place) as fields:
        fields.required("value", COUNT)
        fields.required("unit", choice(("years", "working_days")))
        fields.required("from", text)


def _channels(value: object, place: str) -> None:
    with ClosedFields(value, place) as fields:
        for key, limit in fields.entries():
            _limit(limit, fields.at(key))


def _unknown_group(value: object, place: str) -> None:
    with ClosedFields(value, place) as fields:
        fields.optional("ratio", rate, None)
        fields.optional("all_if_staff_below", COUNT, None)
        fields.optional("note", text, None)
