"""Unions, accounts, members and imports."""

from members.models.accounts import RecoveryCode, RoleGrant, SecondFactor, User
from members.models.imports import ImportIssue, ImportRun
from members.models.life import Guardian, MemberCard, MembershipEvent, Transfer
from members.models.listings import ListSetting, SavedFilter
from members.models.merging import DistinctPair, MemberMerge
from members.models.notices import Notice, NoticeReading, NoticeUnit
from members.models.organisations import Contact, FormerName, Organisation, StaffCount
from members.models.people import Child, Member
from members.models.sessions import Session
from members.models.training import TrainingAttendee, TrainingSession

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
    "Notice",
    "NoticeReading",
    "NoticeUnit",
    "Organisation",
    "RecoveryCode",
    "RoleGrant",
    "SavedFilter",
    "SecondFactor",
    "Session",
    "StaffCount",
    "TrainingAttendee",
    "TrainingSession",
    "Transfer",
    "User",
]
