"""What a version would have paid: the claims of a period assessed twice, by two catalogues."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from claims.models import Claim, WhatIf, WhatIfLine
from claims.selectors.whatif import may_try, versions_to_try
from claims.services import history
from claims.services.assessing import reassess
from claims.states import ClaimStatus
from core import audit, jobs
from core.errors import RuleViolation
from core.models import JobRun
from members.access import Viewer
from policies.rules.catalogue import parse_plan
from policies.rules.terms import Catalogue, LumpSum, LumpSumByWaiting, PlanTerms

JOB = "claims.tasks.try_version"
PERSONS = 400  # of one chunk


class NotYours(RuleViolation):
    """Who drafts or publishes plans tries them out."""


class DaysOutOfOrder(RuleViolation):
    """A period begins before it ends."""


@transaction.atomic(durable=True)
def start(*, version_code: str, first_on: date, last_on: date, by: Viewer) -> WhatIf:
    """Queue a comparison; ring the bell of its job after it. Raises NotYours, DaysOutOfOrder."""
    version = versions_to_try(by).filter(code=version_code).first()
    if version is None or not may_try(by):
        raise NotYours(_("Only the district's people for plans try a version out."))
    if first_on > last_on:
        raise DaysOutOfOrder(_("The first day lies after the last."))
    key = f"{version.code} {first_on} {last_on}"
    job = jobs.enqueue(kind=JOB, key=key, requested_by_id=by.user_id)
    found = WhatIf.objects.filter(job=job).first()
    if found is not None:
        return found
    made = WhatIf.objects.create(
        code=version.code, family=version.family, parameters=version.parameters,
        first_on=first_on, last_on=last_on, job=job, made_by_id=by.user_id,
    )  # fmt: skip
    audit.record(
        action="plan.try", subject=f"plan:{version.pk}", by_id=by.user_id, code=version.code,
        first=str(first_on), last=str(last_on),
    )  # fmt: skip
    return made


def step(job: JobRun) -> jobs.Chunk:
    """The next persons by key: their claims of the period under both catalogues."""
    asked = WhatIf.objects.select_for_update().get(job=job)
    after, done = int(job.cursor.get("after", 0)), int(job.cursor.get("done", 0))
    rows = _claims(asked)
    total = int(job.cursor.get("total", 0)) or rows.count()
    people = list(
        rows.filter(member__gt=after).order_by("member").values_list("member", flat=True)
        .distinct()[:PERSONS]
    )  # fmt: skip
    if not people:
        return jobs.Chunk(cursor=job.cursor, done=total, total=total, finished=True)
    claims = list(
        rows.filter(member__gt=after, member__lte=people[-1])
        .select_related("transfer_from", "policy")
        .order_by("pk")
    )
    terms = parse_plan(asked.parameters)
    fitting = [claim for claim in claims if fits(claim, terms)]
    WhatIfLine.objects.bulk_create(_lines(asked, fitting, terms), ignore_conflicts=True)
    asked.unfit += len(claims) - len(fitting)
    asked.save(update_fields=["unfit"])
    cursor = {"after": people[-1], "done": done + len(claims), "total": total}
    return jobs.Chunk(cursor=cursor, done=done + len(claims), total=total)


def _claims(asked: WhatIf) -> QuerySet[Claim]:
    """The decided claims on the family whose event lies in the period."""
    return Claim.objects.filter(
        family=asked.family, decided_at__isnull=False,
        event_on__range=(asked.first_on, asked.last_on),
    ).exclude(status=ClaimStatus.WITHDRAWN)  # fmt: skip


def fits(claim: Claim, terms: PlanTerms) -> bool:
    """Whether the claim says what the version asks for: its tier, its category or its stage."""
    if terms.tiers and claim.policy is not None:
        return claim.policy.tier in {tier.code for tier in terms.tiers}
    if isinstance(terms.benefit, LumpSum):
        return claim.category in terms.benefit.per_share
    return bool(claim.stage) or not isinstance(terms.benefit, LumpSumByWaiting)


def _lines(asked: WhatIf, claims: Sequence[Claim], terms: PlanTerms) -> Iterator[WhatIfLine]:
    real = history.catalogue()
    now, then = reassess(claims, real), reassess(claims, tried(real, terms))
    for claim in claims:
        was, becomes = now[claim.pk].outcome, then[claim.pk].outcome
        yield WhatIfLine(
            what_if=asked, claim=claim, was=was.amount, becomes=becomes.amount,
            decision_was=was.decision.value, decision_becomes=becomes.decision.value,
        )  # fmt: skip


def tried(real: Catalogue, terms: PlanTerms) -> Catalogue:
    """The catalogue with the version in the place of every one of its family."""
    return replace(
        real,
        plans=tuple(
            replace(terms, code=plan.code) if plan.family == terms.family else plan
            for plan in real.plans
        ),
    )
