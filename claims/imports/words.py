"""Words of the workbooks and what they stand for, and the persons they name."""

from core.importing import Staging

YES_NO = {"是": True, "否": False}
LEVELS = {"三级": 3, "二级": 2, "一级": 1, "未定": 0}
SPECIAL = {"住院": "inpatient", "门诊": "outpatient"}
STAGES = {"早期": "early", "完全": "full"}
GRADES = {str(grade): grade for grade in range(1, 11)}
KINDS = {"门诊": "OUTPATIENT", "住院": "INPATIENT"}


def resolve_member(staging: Staging, scope_paths: tuple[str, ...] | None) -> None:
    """Find the members of 证件号码 by the keyed index: UNKNOWN_MEMBER, NAME_MISMATCH.

    The number alone finds him, whatever the type of document; that of a merged record finds the
    kept one. `scope_paths`: subtrees in which a
    member counts as known; None is the whole tree.
    """
    staging.execute(
        "UPDATE import_rows s SET member_id = (SELECT m.id FROM members_member n"
        " JOIN members_member m ON m.id = coalesce(n.merged_into_id, n.id)"
        " JOIN members_organisation o ON o.id = m.organisation_id"
        " WHERE n.document_index = s.person_index AND (%s::text[] IS NULL OR EXISTS"
        " (SELECT 1 FROM unnest(%s::text[]) scope WHERE starts_with(o.path, scope)))"
        " ORDER BY (m.name_key = s.name_key) DESC NULLS LAST, m.id LIMIT 1)"
        " WHERE s.person_index IS NOT NULL",
        [list(scope_paths) if scope_paths is not None else None] * 2,
    )
    staging.flag(
        "UNKNOWN_MEMBER",
        "证件号码",
        f"s.member_id IS NULL AND s.person_index IS NOT NULL AND {staging.right('person')}",
        message="不是已登记的会员",
        advice="请先登记会员，或核对证件号码",
    )
    staging.flag(
        "NAME_MISMATCH",
        "姓名",
        f"m.name_key <> s.name_key AND {staging.right('name', 'person')}",
        joins="JOIN members_member m ON m.id = s.member_id",
        message="该证件号码已以其他姓名登记",
        advice="请核对姓名和证件号码",
    )
