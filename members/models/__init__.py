"""Unions, accounts, members and imports."""

from members.models.accounts import RoleGrant, User
from members.models.imports import ImportIssue, ImportRun
from members.models.life import Guardian, MemberCard, MembershipEvent, Transfer
from members.models.organisations import Organisation
from members.models.people import Child, Member

__all__ = [
    "Child",
    "Guardian",
    "ImportIssue",
    "ImportRun",
    "Member",
    "MemberCard",
    "MembershipEvent",
    "Organisation",
    "RoleGrant",
    "Transfer",
    "User",
]
