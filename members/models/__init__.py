"""Unions, accounts, members and imports."""

from members.models.accounts import RoleGrant, User
from members.models.imports import ImportIssue, ImportRun
from members.models.merging import DistinctPair, MemberMerge
from members.models.organisations import Contact, FormerName, Organisation, StaffCount
from members.models.people import Child, Member

__all__ = [
    "Child",
    "Contact",
    "DistinctPair",
    "FormerName",
    "ImportIssue",
    "ImportRun",
    "Member",
    "MemberMerge",
    "Organisation",
    "RoleGrant",
    "StaffCount",
    "User",
]
