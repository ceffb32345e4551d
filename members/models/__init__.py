"""Unions, accounts, members and imports."""

from members.models.accounts import RecoveryCode, RoleGrant, SecondFactor, User
from members.models.imports import ImportIssue, ImportRun
from members.models.life import Guardian, MemberCard, MembershipEvent, Transfer
from members.models.listings import ListSetting, SavedFilter
from members.models.merging import DistinctPair, MemberMerge
from members.models.organisations import Contact, FormerName, Organisation, StaffCount
from members.models.people import Child, Member
from members.models.sessions import Session

__all__ = [
    "Child",
    "Contact",
    "DistinctPair",
    "FormerName",
    "Guardian",
    "ImportIssue",
    "ImportRun",
    "ListSetting",
    "Member",
    "MemberCard",
    "MemberMerge",
    "MembershipEvent",
    "Organisation",
    "RecoveryCode",
    "RoleGrant",
    "SavedFilter",
    "SecondFactor",
    "Session",
    "StaffCount",
    "Transfer",
    "User",
]
