"""The people of the demo office: one account per role, all with one well-known password."""

from django.contrib.auth.hashers import make_password

from members import selectors
from members.access import Viewer
from members.models import User
from members.permissions import Role
from members.services import accounts

PASSWORD = "dongcheng-2018"  # noqa: S105 - printed at start-up, only ever in a demo district
ACCOUNTS = (
    ("dc_admin", "周明", Role.ADMIN, "DC"),
    ("dc_enrol", "王敏", Role.ENROLMENT, "DC"),
    ("dc_review", "张丽华", Role.REVIEWER, "DC"),
    ("dc_approve", "李建国", Role.APPROVER, "DC"),
    ("dc_finance", "陈静", Role.FINANCE, "DC"),
    ("dc_audit", "赵强", Role.AUDITOR, "DC"),
    ("dc_leader", "刘志刚", Role.LEADER, "DC"),
    ("tiantan", "孙芳", Role.COORDINATOR, "TT"),
    ("tt001", "马超", Role.AGENT, "TT001"),
)


DIRECTOR = ("dc_director", "许建民", Role.APPROVER, "DC")  # approves above settings.DIRECTOR_ABOVE


def director() -> Viewer:
    """The director's viewer; the account is made if it is missing."""
    username, full_name, role, code = DIRECTOR
    if not User.objects.filter(username=username).exists():
        _make(username, full_name, role, code)
    return selectors.viewer_for(User.objects.get(username=username))


def staff() -> dict[Role, Viewer]:
    """The viewer of every demo account by role; accounts that are missing are made."""
    for username, full_name, role, code in ACCOUNTS:
        if not User.objects.filter(username=username).exists():
            _make(username, full_name, role, code)
    return {
        role: selectors.viewer_for(User.objects.get(username=username))
        for username, _name, role, _code in ACCOUNTS
    }


def _make(username: str, full_name: str, role: Role, code: str) -> None:
    organisation = selectors.visible_organisations(Viewer.system()).get(code=code)
    made = accounts.create_account(
        username=username,
        full_name=full_name,
        role=role,
        organisation_id=organisation.pk,
        by=Viewer.system(),
    )
    # not by change_password: it refuses a password of the district's name and a year, rightly
    User.objects.filter(pk=made.user.pk).update(
        password=make_password(PASSWORD), must_change_password=False
    )
