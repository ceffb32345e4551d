"""单位名录: the tree of unions; a parent may stand anywhere in the file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core import pinyin
from core.importing import Column, Context, Kind, Problem, Row, Staging, Template
from core.importing import columns as col
from members.states import OrganisationKind

KIND_WORDS = {
    "街道": OrganisationKind.STREET.value,
    "系统": OrganisationKind.SECTOR.value,
    "集团": OrganisationKind.GROUP.value,
    "基层": OrganisationKind.GRASSROOTS.value,
}
DISTRICT = "DC"
DEEPEST = 40  # unions above each other; real trees have five
PARENT = "上级单位编号"


def _columns() -> tuple[Column, ...]:
    return (
        col.code("单位编号", "code", required=True, help="全区唯一，由区代办处编定"),
        col.text("单位名称", "name", required=True, width=28, help="工会全称",
                 derive={"sort_key": ("text", pinyin.sort_key)}),
        col.code(PARENT, "parent", limit=0, help="空白为区总工会直属"),
        col.choice("单位类型", "kind", KIND_WORDS, required=True, width=10),
        col.credit_code("工会信用代码", "union_credit_code", help="18位统一社会信用代码"),
        col.credit_code("单位信用代码", "unit_credit_code", help="18位统一社会信用代码"),
        col.count("职工人数", "staff_count"),
        col.count("女职工人数", "female_staff_count", help="不多于职工人数"),
        col.text("联系人", "contact_name"),
        col.phone("联系电话", "contact_phone"),
    )  # fmt: skip


def check_row(row: Row, context: Context) -> Iterable[Problem]:
    """Women are counted among the staff."""
    staff, women = row["staff_count"], row["female_staff_count"]
    if staff is not None and women is not None and women > staff:
        yield Problem(
            "female_staff_count", "NUMBER", f"{women}人，多于职工人数{staff}人", "请核对人数"
        )


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the file as a node of the tree; `parent` empty: as stored, or the district."""

    row: int
    code: str
    parent: str
    usable: bool


class Tree:
    """The tree as it would be after the import: stored unions overlaid with the file's rows."""

    def __init__(self, stored: Mapping[str, str], lines: Iterable[Line]) -> None:
        self.stored = stored  # code -> code of the parent, "" for the district
        self.lines: dict[str, Line] = {}
        for line in lines:
            self.lines.setdefault(line.code, line)  # the first of two equal codes stands

    def parent(self, code: str) -> str:
        line = self.lines.get(code)
        if line and line.parent:
            return line.parent
        return self.stored.get(code) or (DISTRICT if code != DISTRICT else "")

    def fault(self, line: Line) -> str:
        """Why the row's parent cannot be: unknown, itself, a cycle; empty when it can."""
        if line.code == DISTRICT:
            return "区总工会不能写在名录中"
        if line.parent == line.code:
            return "上级不能是本单位"
        seen, code = [line.code], self.parent(line.code)
        while code and code != DISTRICT:
            if code in seen:
                return "上级关系成环：" + "→".join([*seen, code][:6])
            if code in self.stored and line.code not in self.above(code):
                return ""  # a stored union keeps its place, whatever its own row says
            if fault := self._unwritten(code):
                return fault
            seen.append(code)
            if len(seen) > DEEPEST:
                return f"上级关系超过{DEEPEST}层"
            code = self.parent(code)
        return ""

    def above(self, code: str) -> set[str]:
        """The unions that a walk up from this one passes, itself included."""
        passed: set[str] = set()
        while code and code not in passed and len(passed) <= DEEPEST:
            passed.add(code)
            code = self.parent(code)
        return passed

    def _unwritten(self, code: str) -> str:
        if code in self.stored:
            return ""
        line = self.lines.get(code)
        if line is None:
            return f"没有上级单位{code}"
        return "" if line.usable else f"上级单位{code}所在的第{line.row}行有错误"


def check_sql(staging: Staging, context: Context) -> None:
    """The place of every row in the tree, and whether it is the viewer's."""
    staging.execute(
        "UPDATE import_rows s SET organisation_id = o.id FROM members_organisation o"
        " WHERE o.code = s.code"
    )
    _check_women(staging)
    if context.scope_paths is not None:
        _check_scope(staging, context.scope_paths)
    _check_parents(staging)


def _check_women(staging: Staging) -> None:
    """The same rule where one of the two counts is only stored."""
    staging.flag(
        "NUMBER", "女职工人数",
        "coalesce(s.female_staff_count, o.female_staff_count)"
        " > coalesce(s.staff_count, o.staff_count)"
        " AND (s.staff_count IS NULL) <> (s.female_staff_count IS NULL)"
        f" AND {staging.right('staff_count', 'female_staff_count')}",
        joins="JOIN members_organisation o ON o.id = s.organisation_id",
        message="女职工人数多于职工人数（连同已登记的人数）", advice="请核对人数",
    )  # fmt: skip


OUTSIDE = "NOT EXISTS (SELECT 1 FROM unnest(%s::text[]) p WHERE starts_with(o.path, p))"
OUTSIDE_ABOVE = """
NOT EXISTS (SELECT 1 FROM unnest(%s::text[]) p WHERE starts_with(o.path, p))
AND (s.parent IS NOT NULL OR s.organisation_id IS NULL)"""


def _check_scope(staging: Staging, paths: tuple[str, ...]) -> None:
    staging.flag(
        "UNION_OUT_OF_SCOPE", "单位编号", OUTSIDE,
        joins="JOIN members_organisation o ON o.id = s.organisation_id", params=[list(paths)],
        message="该单位不在您的管理范围", advice="请核对单位编号，或联系区代办处",
    )  # fmt: skip
    staging.flag(
        "UNKNOWN_UNION", PARENT,
        OUTSIDE_ABOVE,
        joins="JOIN members_organisation o ON o.code = coalesce(s.parent, 'DC')",
        params=[list(paths)],
        message="上级单位不在您的管理范围", advice="请核对上级单位编号",
    )  # fmt: skip


def _check_parents(staging: Staging) -> None:
    stored = dict(
        staging.fetch(
            "SELECT o.code, coalesce(p.code, '') FROM members_organisation o"
            " LEFT JOIN members_organisation p ON p.id = o.parent_id"
        )
    )
    wrong = {row for (row,) in staging.fetch(
        "SELECT DISTINCT row_no FROM import_findings WHERE level = 'error'"
    )}  # fmt: skip
    lines = [
        Line(row, code, parent or "", usable=row not in wrong)
        for row, code, parent in staging.fetch(
            "SELECT row_no, code, parent FROM import_rows s WHERE code IS NOT NULL ORDER BY row_no"
        )
    ]
    tree = Tree(stored, lines)
    faults = [(line.row, fault) for line in lines if (fault := tree.fault(line))]
    staging.flag_select(
        "UNKNOWN_UNION", PARENT,
        "SELECT row_no, message, '请核对上级单位编号' FROM unnest(%s::int[], %s::text[])"
        " AS found(row_no, message)",
        [[row for row, _fault in faults], [fault for _row, fault in faults]],
    )  # fmt: skip


CHANGED = " OR ".join(
    f"(s.{field} IS NOT NULL AND s.{field} IS DISTINCT FROM o.{field})"
    for field in (
        "name", "kind", "union_credit_code", "unit_credit_code", "staff_count",
        "female_staff_count", "contact_name", "contact_phone_index",
    )
)  # fmt: skip
CLASSIFY = """
UPDATE import_rows s SET action = CASE
    WHEN {changed} OR (s.parent IS NOT NULL AND s.parent <> coalesce(p.code, '')) THEN 'update'
    ELSE 'unchanged' END
FROM members_organisation o LEFT JOIN members_organisation p ON p.id = o.parent_id
WHERE o.id = s.organisation_id AND NOT s.bad
""".replace("{changed}", CHANGED)


def classify_sql(staging: Staging, context: Context) -> None:
    """New codes are created; known ones updated when a filled cell differs."""
    staging.execute(
        "UPDATE import_rows s SET action = 'create' WHERE NOT s.bad AND s.organisation_id IS NULL"
    )
    staging.execute(CLASSIFY)


INSERT = """
INSERT INTO members_organisation (id, code, name, kind, parent_id, path, union_credit_code,
    unit_credit_code, staff_count, female_staff_count, contact_name, contact_phone_index,
    contact_phone_sealed, sort_key)
SELECT organisation_id, code, name, kind, parent_id, 'new ' || organisation_id,
    coalesce(union_credit_code, ''), coalesce(unit_credit_code, ''), staff_count,
    female_staff_count, coalesce(contact_name, ''), coalesce(contact_phone_index, ''),
    contact_phone_sealed, sort_key
FROM import_rows s WHERE NOT s.bad AND s.action = 'create' ORDER BY organisation_id
"""

FORMER_NAMES = """
INSERT INTO members_formername (organisation_id, name, until_on)
SELECT o.id, o.name, %s
FROM import_rows s JOIN members_organisation o ON o.id = s.organisation_id
WHERE NOT s.bad AND s.action = 'update' AND o.name <> s.name
ON CONFLICT (organisation_id, until_on) DO NOTHING
"""

COUNTS = """
INSERT INTO members_staffcount AS c (organisation_id, year, staff_count, female_staff_count)
SELECT o.id, %s, o.staff_count, o.female_staff_count
FROM import_rows s JOIN members_organisation o ON o.id = s.organisation_id
WHERE NOT s.bad AND o.staff_count IS NOT NULL
    AND (s.staff_count IS NOT NULL OR s.female_staff_count IS NOT NULL)
ON CONFLICT (organisation_id, year) DO UPDATE
    SET staff_count = excluded.staff_count, female_staff_count = excluded.female_staff_count
    WHERE (c.staff_count, c.female_staff_count)
        IS DISTINCT FROM (excluded.staff_count, excluded.female_staff_count)
"""

# one change of the tree at a time: paths are laid by parents that nobody else is moving
HOLD_TREE = "SELECT 1 FROM members_organisation WHERE parent_id IS NULL FOR UPDATE"

UPDATE = """
UPDATE members_organisation o SET
    name = s.name, sort_key = s.sort_key, kind = s.kind,
    parent_id = CASE WHEN s.parent IS NULL THEN o.parent_id ELSE s.parent_id END,
    union_credit_code = coalesce(s.union_credit_code, o.union_credit_code),
    unit_credit_code = coalesce(s.unit_credit_code, o.unit_credit_code),
    staff_count = coalesce(s.staff_count, o.staff_count),
    female_staff_count = coalesce(s.female_staff_count, o.female_staff_count),
    contact_name = coalesce(s.contact_name, o.contact_name),
    contact_phone_index = coalesce(s.contact_phone_index, o.contact_phone_index),
    contact_phone_sealed = coalesce(s.contact_phone_sealed, o.contact_phone_sealed)
FROM import_rows s
WHERE o.id = s.organisation_id AND NOT s.bad AND s.action = 'update'
"""

# ids from the root with at least four digits each; only rows whose place changed are written
PATHS = """
WITH RECURSIVE tree AS (
    SELECT id, lpad(id::text, greatest(4, length(id::text)), '0') || '/' AS path
    FROM members_organisation WHERE parent_id IS NULL
  UNION ALL
    SELECT o.id, t.path || lpad(o.id::text, greatest(4, length(o.id::text)), '0') || '/'
    FROM members_organisation o JOIN tree t ON o.parent_id = t.id
)
UPDATE members_organisation o SET path = tree.path FROM tree
WHERE o.id = tree.id AND o.path <> tree.path
"""


def apply(staging: Staging, context: Context) -> None:
    """Number the new unions, find the parents, write both, and lay the paths anew.

    A changed name leaves the old one in the history, up to today; counts are those of this year.
    """
    staging.execute(HOLD_TREE)
    staging.execute(
        "UPDATE import_rows s SET organisation_id ="
        " nextval(pg_get_serial_sequence('members_organisation', 'id'))"
        " WHERE NOT s.bad AND s.action = 'create'"
    )
    staging.execute(
        "UPDATE import_rows s SET parent_id = coalesce("
        " (SELECT p.organisation_id FROM import_rows p"
        "  WHERE p.code = s.parent AND NOT p.bad),"
        " (SELECT o.id FROM members_organisation o WHERE o.code = coalesce(s.parent, 'DC')))"
        " WHERE NOT s.bad AND s.action IN ('create', 'update')"
    )
    staging.execute(INSERT)
    staging.execute(FORMER_NAMES, [context.today])
    staging.execute(UPDATE)
    staging.execute(COUNTS, [context.today.year])
    staging.execute(PATHS)


UNIONS = Kind(
    name="unions",
    title="单位名录",
    columns=_columns(),
    key_columns=("code",),
    duplicate_column="单位编号",
    check_row=check_row,
    check_sql=check_sql,
    classify_sql=classify_sql,
    apply=apply,
    undo_tables=("members_organisation", "members_formername", "members_staffcount"),
    extra=(("organisation_id", "bigint"), ("parent_id", "bigint")),
    template=Template(
        notes=(
            "一个工会一行，上级单位可写在任意一行，或已登记。",
            "上级单位编号空白为区总工会直属。",
            "空白单元格不改动已登记的内容。",
        ),
    ),
)
