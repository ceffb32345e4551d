"""Who sees which rows: subtrees, rights, and the district that sees all without comparing paths."""

import pytest

from members.access import Viewer, visible
from members.models import Organisation, RoleGrant
from members.permissions import GRANTABLE, PERMISSIONS, Permission, Role
from members.selectors import viewer_for
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree() -> dict[str, Organisation]:
    first = builders.union("A", kind="STREET")
    second = builders.union("B", kind="STREET")
    return {
        "A": first, "B": second, "A1": builders.union("A1", parent=first),
        "B1": builders.union("B1", parent=second), "B2": builders.union("B2", parent=second),
    }  # fmt: skip


def seen(viewer: Viewer, permission: Permission | None = None) -> set[str]:
    rows = visible(Organisation.objects.all(), viewer, path="path", permission=permission)
    return set(rows.values_list("code", flat=True))


def test_a_role_covers_its_subtree(tree: dict[str, Organisation]) -> None:
    assert seen(builders.viewer_as("coordinator", tree["B"])) == {"B", "B1", "B2"}
    assert seen(builders.viewer_as("agent", tree["A1"])) == {"A1"}


def test_several_roles_add_up(tree: dict[str, Organisation]) -> None:
    user = builders.user("agent", tree["A1"])
    RoleGrant.objects.create(user=user, role="coordinator", organisation=tree["B"])
    viewer = viewer_for(user)
    assert seen(viewer) == {"A1", "B", "B1", "B2"}
    assert seen(viewer, Permission.USER_CREATE) == {"B", "B1", "B2"}
    assert viewer.can_at(Permission.BATCH_FILL, tree["A1"].path)
    assert not viewer.can_at(Permission.BATCH_FILL, tree["B1"].path)


def test_no_grants_no_rows(tree: dict[str, Organisation]) -> None:
    user = builders.user("agent", tree["A"])
    user.grants.all().delete()
    assert seen(viewer_for(user)) == set()
    assert not viewer_for(user).can(Permission.UNION_VIEW)


def test_the_district_and_the_system_see_all(tree: dict[str, Organisation]) -> None:
    everything = {"DC", *tree}
    viewer = builders.viewer_as("enrolment")
    assert seen(viewer) == seen(Viewer.system()) == everything
    assert seen(viewer, Permission.USER_CREATE) == set()
    query = visible(Organisation.objects.all(), viewer, path="path").query
    assert "WHERE" not in str(query)


def test_a_path_is_no_prefix_of_another_ones_number(tree: dict[str, Organisation]) -> None:
    short = tree["A"]
    Organisation.objects.filter(pk=tree["B"].pk).update(path=short.path[:-1] + "9/")
    assert seen(builders.viewer_as("agent", short)) == {"A", "A1"}


def test_every_role_has_rights_and_nobody_grants_above_himself() -> None:
    assert set(PERMISSIONS) == set(Role)
    assert GRANTABLE[Role.COORDINATOR] == {Role.AGENT}
    assert {role for role, rights in PERMISSIONS.items() if Permission.USER_CREATE in rights} == (
        set(GRANTABLE)
    )


def test_nobody_reviews_and_approves() -> None:
    for rights in PERMISSIONS.values():
        assert not {Permission.CLAIM_REVIEW, Permission.CLAIM_APPROVE} <= rights
        assert not {Permission.PAYOUT_MAKE, Permission.PAYOUT_CONFIRM} <= rights
