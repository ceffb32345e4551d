"""A member's children: one record per child, insured with a guardian's consent (PIPL art. 31)."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, crypto, identity
from core.errors import RuleViolation
from core.importing.cells import comparable_name
from members.access import Viewer
from members.models import Child, Guardian, Member
from members.permissions import Permission
from members.selectors.people import visible_members
from members.states import DocumentType, Relation

ADULT = 18
# how an enrolment roster says 关系: 父子, 父女, 母子, 母女 name the parent, 子女 does not
RELATIONS = {"父": Relation.FATHER, "母": Relation.MOTHER}


class WrongChild(RuleViolation):
    """The number is not a child's, or another name stands for it."""


class WrongConsent(RuleViolation):
    """A consent has a day, not in the future, and names the form; it is given once."""


@transaction.atomic(durable=True)
def consent(
    *, member_id: int, name: str, number: str, relation: Relation, consent_on: date,
    consent_form: str, by: Viewer, on: date,
) -> Guardian:  # fmt: skip
    """Record a child of a member together with the guardian's consent."""
    member = _locked(member_id, by)
    if consent_on > on or not consent_form.strip():
        raise WrongConsent(
            _("Give the day of the consent, not in the future, and the version of the form.")
        )
    child = _child(name.strip(), "".join(number.split()).upper(), on)
    if child.guardians.filter(member=member, withdrawn_on=None).exists():
        raise WrongConsent(_("The consent of this guardian for this child stands already."))
    link = Guardian.objects.create(
        child=child, member=member, relation=relation, consent_on=consent_on,
        consent_form=consent_form.strip()[:30], recorded_by_id=by.user_id,
    )  # fmt: skip
    _note("child.consent", member, by, consent_on=str(consent_on), form=link.consent_form)
    return link


@transaction.atomic(durable=True)
def withdraw(*, guardian_id: int, member_id: int, by: Viewer, on: date) -> Guardian:
    """Take a consent back: the child is not enrolled again; what was paid keeps its papers."""
    member = _locked(member_id, by)
    link = Guardian.objects.select_for_update().get(pk=guardian_id, member=member)
    if link.withdrawn_on is not None:
        raise WrongConsent(_("This consent was taken back already."))
    link.withdrawn_on = on
    link.save(update_fields=["withdrawn_on"])
    _note("child.withdraw", member, by, day=str(on))
    return link


@transaction.atomic(savepoint=False)
def note_consents(
    *, lines: Iterable[tuple[int, int, str]], consent_on: date, consent_form: str, by: Viewer
) -> None:
    """The consents of a whole batch: (child, member, 关系) of its lines; standing ones stay."""
    Guardian.objects.bulk_create(
        [
            Guardian(
                child_id=child, member_id=member,
                relation=RELATIONS.get(relation[:1], Relation.GUARDIAN),
                consent_on=consent_on, consent_form=consent_form, recorded_by_id=by.user_id,
            )
            for child, member, relation in lines
        ],
        batch_size=1000,
        ignore_conflicts=True,
    )  # fmt: skip


def _locked(member_id: int, by: Viewer) -> Member:
    members = visible_members(by, Permission.MEMBER_EDIT).select_related("organisation")
    return members.select_for_update(of=("self",)).get(pk=member_id)


def _child(name: str, number: str, on: date) -> Child:
    """The child of this number, made when it is new."""
    fault = identity.document_fault(number, document=identity.Document.RESIDENT, today=on)
    born_on, sex = identity.birth_date(number), identity.sex(number)
    if fault is not None or born_on is None or sex is None:
        raise WrongChild("，".join(fault[1:]) if fault else _("Please check the number."))
    if (on.year - born_on.year) - ((on.month, on.day) < (born_on.month, born_on.day)) >= ADULT:
        raise WrongChild(_("The number is that of an adult."))
    child, _made = Child.objects.get_or_create(
        document_index=crypto.blind(number, "id"), document_type=DocumentType.RESIDENT,
        defaults={
            "name": name, "document_sealed": crypto.seal(number, "id"), "sex": sex,
            "born_on": born_on,
        },
    )  # fmt: skip
    if comparable_name(child.name) != comparable_name(name):
        raise WrongChild(_("Another name is registered for this number. Please check both."))
    return child


def _note(action: str, member: Member, by: Viewer, **details: str) -> None:
    audit.record(
        action=action, subject=f"member:{member.pk}", by_id=by.user_id,
        path=member.organisation.path, **details,
    )  # fmt: skip
