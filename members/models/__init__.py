"""Unions, accounts, members and imports."""

from members.models.accounts import RecoveryCode, RoleGrant, SecondFactor, User
from members.models.imports import ImportIssue, ImportRun
from members.models.organisations import Organisation
from members.models.people import Child, Member
from members.models.sessions import Session

__all__ = [
    "Child",
    "ImportIssue",
    "ImportRun",
    "Member",
    "Organisation",
    "RecoveryCode",
    "RoleGrant",
    "SecondFactor",
    "Session",
    "User",
]
