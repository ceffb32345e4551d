"""Rights are code: a list of acts, a set per role. Who holds a role where is data."""

from collections.abc import Mapping
from enum import StrEnum, unique

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@unique
class Permission(StrEnum):
    """One act that the system knows. `noun.verb`."""

    UNION_VIEW = "union.view"
    UNION_IMPORT = "union.import"
    UNION_EDIT = "union.edit"  # names, staff counts, contacts
    UNION_RESHAPE = "union.reshape"  # found, merge, close, move a subtree
    USER_VIEW = "user.view"
    USER_CREATE = "user.create"
    MEMBER_VIEW = "member.view"
    MEMBER_IMPORT = "member.import"
    MEMBER_EDIT = "member.edit"  # one person's record: status, card, phone, category, children
    MEMBER_TRANSFER = "member.transfer"  # ask for and consent to a transfer
    MEMBER_REVEAL = "member.reveal"  # a whole number, with a reason and within a quota
    MEMBER_MERGE = "member.merge"  # two records of one person; proposed by one, decided by another
    PLAN_VIEW = "plan.view"
    PLAN_DRAFT = "plan.draft"  # prepare a new version
    PLAN_PUBLISH = "plan.publish"  # by another person than the one who prepared it
    CAMPAIGN_MAKE = "campaign.make"
    BATCH_VIEW = "batch.view"
    BATCH_FILL = "batch.fill"  # upload, submit, withdraw
    BATCH_CHECK = "batch.check"  # a street or sector union looks through what its units hand in
    BATCH_ACCEPT = "batch.accept"  # accept or return
    RECEIPT_VIEW = "receipt.view"
    RECEIPT_RECORD = "receipt.record"
    REMITTANCE_VIEW = "remittance.view"
    REMITTANCE_MAKE = "remittance.make"
    TARGET_SET = "target.set"
    LEDGER_VIEW = "ledger.view"
    CLAIM_VIEW = "claim.view"
    CLAIM_FILE = "claim.file"
    CLAIM_REVIEW = "claim.review"  # first review, with the assessment
    CLAIM_APPROVE = "claim.approve"  # by a second person
    PAYOUT_VIEW = "payout.view"
    PAYOUT_MAKE = "payout.make"
    PAYOUT_CONFIRM = "payout.confirm"  # by another person than the one who made it
    QUARTER_VIEW = "quarter.view"
    QUARTER_IMPORT = "quarter.import"
    QUARTER_APPROVE = "quarter.approve"
    REPORT_VIEW = "report.view"
    QUARTER_CLOSE = "quarter.close"
    AUDIT_VIEW = "audit.view"
    JOB_VIEW = "job.view"
    NOTICE_VIEW = "notice.view"
    NOTICE_SEND = "notice.send"  # notices and reminders to the unions below
    TRAINING_KEEP = "training.keep"  # plan a training and put down who came


class Role(models.TextChoices):
    """The roles of the office and its unions."""

    ADMIN = "admin", _("system administrator")
    AUDITOR = "auditor", _("security auditor")
    ENROLMENT = "enrolment", _("enrolment clerk")
    REVIEWER = "reviewer", _("claims reviewer")
    APPROVER = "approver", _("approver")
    FINANCE = "finance", _("finance")
    COORDINATOR = "coordinator", _("coordinator")
    AGENT = "agent", _("agent")
    LEADER = "leader", _("leader, read only")


P = Permission
READING = frozenset({P.UNION_VIEW, P.PLAN_VIEW, P.REPORT_VIEW, P.NOTICE_VIEW})
BUSINESS = READING | {
    P.MEMBER_VIEW,
    P.BATCH_VIEW,
    P.RECEIPT_VIEW,
    P.REMITTANCE_VIEW,
    P.CLAIM_VIEW,
    P.PAYOUT_VIEW,
    P.QUARTER_VIEW,
}

PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.ADMIN: frozenset(
        {P.UNION_VIEW, P.UNION_IMPORT, P.USER_VIEW, P.USER_CREATE, P.PLAN_VIEW, P.JOB_VIEW}
    ),
    Role.AUDITOR: BUSINESS | {P.USER_VIEW, P.LEDGER_VIEW, P.AUDIT_VIEW, P.JOB_VIEW},
    Role.ENROLMENT: BUSINESS
    | {
        P.UNION_IMPORT,
        P.UNION_EDIT,
        P.UNION_RESHAPE,
        P.MEMBER_IMPORT,
        P.MEMBER_EDIT,
        P.MEMBER_TRANSFER,
        P.MEMBER_REVEAL,
        P.MEMBER_MERGE,
        P.BATCH_FILL,
        P.BATCH_ACCEPT,
        P.RECEIPT_RECORD,
        P.REMITTANCE_MAKE,
        P.TARGET_SET,
        P.PLAN_DRAFT,
        P.CAMPAIGN_MAKE,
        P.LEDGER_VIEW,
        P.QUARTER_IMPORT,
        P.QUARTER_CLOSE,
        P.JOB_VIEW,
        P.NOTICE_SEND,
        P.TRAINING_KEEP,
    },
    Role.REVIEWER: BUSINESS
    | {P.MEMBER_REVEAL, P.CLAIM_FILE, P.CLAIM_REVIEW, P.QUARTER_IMPORT, P.JOB_VIEW},
    Role.APPROVER: BUSINESS
    | {
        P.MEMBER_REVEAL,
        P.MEMBER_MERGE,
        P.CLAIM_APPROVE,
        P.PLAN_PUBLISH,
        P.QUARTER_APPROVE,
        P.PAYOUT_CONFIRM,
        P.LEDGER_VIEW,
    },
    Role.FINANCE: BUSINESS
    | {
        P.MEMBER_REVEAL,
        P.RECEIPT_RECORD,
        P.REMITTANCE_MAKE,
        P.PAYOUT_MAKE,
        P.LEDGER_VIEW,
        P.QUARTER_CLOSE,
        P.JOB_VIEW,
    },
    Role.COORDINATOR: BUSINESS
    | {
        P.USER_VIEW,
        P.USER_CREATE,
        P.UNION_EDIT,
        P.BATCH_CHECK,
        P.MEMBER_IMPORT,
        P.MEMBER_EDIT,
        P.MEMBER_TRANSFER,
        P.MEMBER_REVEAL,
        P.NOTICE_SEND,
        P.TRAINING_KEEP,
    },
    Role.AGENT: frozenset(
        {
            P.UNION_VIEW,
            P.PLAN_VIEW,
            P.MEMBER_VIEW,
            P.MEMBER_IMPORT,
            P.MEMBER_EDIT,
            P.MEMBER_TRANSFER,
            P.MEMBER_REVEAL,
            P.BATCH_VIEW,
            P.BATCH_FILL,
            P.CLAIM_VIEW,
            P.CLAIM_FILE,
            P.QUARTER_VIEW,
            P.REPORT_VIEW,
            P.NOTICE_VIEW,
        }
    ),
    Role.LEADER: READING
    | {P.BATCH_VIEW, P.RECEIPT_VIEW, P.REMITTANCE_VIEW, P.PAYOUT_VIEW, P.QUARTER_VIEW},
}

# roles that one account never holds together, with the reason: whoever prepares must not confirm.
# The same pairs stand in a trigger (migrations/0009_sign_in.sql); a test holds the two together.
_PREPARES = _("the same person would prepare the papers and decide on them")
_PAYS = _("the same person would establish a debt and move its money")
_WATCHES = _("the auditor looks at the work of all others and does none of it")
_RULES = _("who makes accounts and gives rights must not use them in the business")
R = Role
APART: Mapping[frozenset[Role], Promise] = {
    **{frozenset({R.AUDITOR, role}): _WATCHES for role in R if role != R.AUDITOR},
    **{
        frozenset({R.ADMIN, role}): _RULES
        for role in (R.ENROLMENT, R.REVIEWER, R.APPROVER, R.FINANCE, R.COORDINATOR, R.AGENT)
    },
    # a claim and a quarter are computed by one person and approved by another, a merge of two
    # records is proposed by one and decided by another
    frozenset({R.REVIEWER, R.APPROVER}): _PREPARES,
    frozenset({R.ENROLMENT, R.APPROVER}): _PREPARES,
    # the approver confirms the payouts that finance makes
    frozenset({R.APPROVER, R.FINANCE}): _PREPARES,
    # the enrolment desk accepts what a union owes, the reviewer what a member is owed
    frozenset({R.ENROLMENT, R.FINANCE}): _PAYS,
    frozenset({R.REVIEWER, R.FINANCE}): _PAYS,
    # unions hand in rosters and claims, coordinators make their accounts; the district decides
    **{
        frozenset({below, above}): _PREPARES
        for below in (R.AGENT, R.COORDINATOR)
        for above in (R.ENROLMENT, R.REVIEWER, R.APPROVER, R.FINANCE)
    },
}

# which roles a holder of USER_CREATE may give; nobody gives a role above his own
GRANTABLE: Mapping[Role, frozenset[Role]] = {
    Role.ADMIN: frozenset(Role),
    Role.COORDINATOR: frozenset({Role.AGENT}),
}

# what it takes to bring in a workbook of each kind (settings.IMPORT_KINDS)
IMPORT_PERMISSIONS: Mapping[str, Permission] = {
    "unions": P.UNION_IMPORT,
    "members": P.MEMBER_IMPORT,
    "enrolments": P.BATCH_FILL,
    "claims": P.CLAIM_FILE,
    "settlements": P.QUARTER_IMPORT,
    "payment_results": P.PAYOUT_MAKE,
}
