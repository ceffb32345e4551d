"""Every read of this room, through the viewer."""

from members.selectors.accounts import (
    free_username,
    grantable_roles,
    manageable_users,
    viewer_for,
    visible_grants,
    visible_users,
)
from members.selectors.imports import visible_imports
from members.selectors.jobs import job_title, visible_jobs, with_progress
from members.selectors.organisations import (
    Branch,
    ancestors,
    branches,
    contact_phone,
    district,
    visible_organisations,
    with_member_count,
)
from members.selectors.people import (
    Numbers,
    masked_card,
    masked_document,
    masked_numbers,
    members_with_number,
    visible_members,
)
from members.selectors.trail import (
    Event,
    account_keys,
    act_label,
    audit_events,
    names_of,
    timeline,
)

__all__ = [
    "Branch",
    "Event",
    "Numbers",
    "account_keys",
    "act_label",
    "ancestors",
    "audit_events",
    "branches",
    "contact_phone",
    "district",
    "free_username",
    "grantable_roles",
    "job_title",
    "manageable_users",
    "masked_card",
    "masked_document",
    "masked_numbers",
    "members_with_number",
    "names_of",
    "timeline",
    "viewer_for",
    "visible_grants",
    "visible_imports",
    "visible_jobs",
    "visible_members",
    "visible_organisations",
    "visible_users",
    "with_member_count",
    "with_progress",
]
