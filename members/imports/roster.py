"""会员花名册: the members of unions; one person, one record."""

from dataclasses import replace

from core import pinyin
from core.identity import DOCUMENT_WORDS, Document
from core.importing import Column, Context, Expression, Kind, Staging, Template
from core.importing import columns as col
from members.imports import life
from members.states import Category, MemberStatus, Sex

SEX_WORDS = {"男": Sex.MALE.value, "女": Sex.FEMALE.value}
STATUS_WORDS = {
    "在职": MemberStatus.IN_SERVICE.value,
    "退休": MemberStatus.RETIRED.value,
    "离职": MemberStatus.LEFT.value,
    "死亡": MemberStatus.DIED.value,
}
CATEGORY_WORDS = {
    "劳模": Category.MODEL_WORKER.value,
    "特困": Category.HARDSHIP.value,
    "普通": Category.ORDINARY.value,
}


def _columns() -> tuple[Column, ...]:
    name = col.person_name("姓名", "name", required=True, width=12, help="与证件一致，不加空格")
    keys = {
        "sort_key": ("text", pinyin.sort_key),
        "initials": ("text", pinyin.initials),
        "other_initials": ("text", pinyin.other_initials),
    }
    return (
        col.code("单位编号", "unit", limit=0, required=True, help="本单位的工会编号"),
        replace(name, derive={**name.derive, **keys}),
        col.choice("证件类型", "document_type", DOCUMENT_WORDS, width=18, help="空白为居民身份证"),
        col.document("证件号码", "number", depends="document_type", default=Document.RESIDENT,
                     tails=(4, 6), required=True, help="18位号码，末位X大写；一人一行"),
        col.choice("性别", "sex", SEX_WORDS, width=8, help="身份证可不填，由号码得出"),
        col.day("出生日期", "born_on", help="身份证可不填，由号码得出"),
        col.phone("手机号", "phone", help="选填"),
        col.card("京卡卡号", "card", tails=(4,), help="16至19位，没有可空白"),
        col.day("发卡日期", "card_issued_on", help="选填"),
        col.day("入会日期", "joined_on", help="选填"),
        col.choice("状态", "status", STATUS_WORDS, width=8, help="空白为在职"),
        col.choice("医疗类别", "category", CATEGORY_WORDS, width=10, help="空白为普通"),
        col.text("备注", "note", limit=500, width=24, help="不超过500字"),
    )  # fmt: skip


# a filled cell that differs from what is stored; an empty one leaves it
CHANGED = " OR ".join(
    f"(s.{field} IS NOT NULL AND s.{field} IS DISTINCT FROM m.{field})"
    for field in (
        "sex", "born_on", "phone_index", "card_index", "card_issued_on", "joined_on", "status",
        "category", "note",
    )
)  # fmt: skip
# all in one pass, because every UPDATE writes all rows anew
RESOLVE = """
UPDATE import_rows r SET organisation_id = found.unit, kind_of_document = found.kind,
    member_id = found.member, action = found.action
FROM (
    SELECT s.row_no, o.id AS unit, k.kind, coalesce(m.merged_into_id, m.id) AS member,
        CASE WHEN m.id IS NULL THEN 'create'
            WHEN m.organisation_id <> o.id OR {changed} THEN 'update'
            ELSE 'unchanged' END AS action
    FROM import_rows s
    CROSS JOIN LATERAL (
        SELECT CASE WHEN s.number_index IS NOT NULL AND NOT (s.wrong && ARRAY['document_type'])
            THEN coalesce(s.document_type, 'RESIDENT') END AS kind
    ) AS k
    LEFT JOIN members_organisation o ON o.code = s.unit AND o.closed_on IS NULL
    LEFT JOIN members_member m ON m.document_index = s.number_index AND m.document_type = k.kind
) AS found
WHERE r.row_no = found.row_no
""".replace("{changed}", CHANGED)


def check_sql(staging: Staging, context: Context) -> None:
    """Checks across rows and tables, in the contract's order of codes."""
    staging.execute(RESOLVE)
    _check_unit(staging, context)
    staging.flag_duplicates(("kind_of_document", "number_index"), "证件号码")
    _check_number(staging)
    _check_person(staging)
    _check_card(staging)


def _check_unit(staging: Staging, context: Context) -> None:
    staging.flag(
        "UNKNOWN_UNION", "单位编号", "s.unit IS NOT NULL AND s.organisation_id IS NULL",
        message="没有这个单位编号，或该单位已撤销", advice="请核对单位名录中的编号",
    )  # fmt: skip
    if context.scope_paths is not None:
        staging.flag(
            "UNION_OUT_OF_SCOPE", "单位编号",
            "NOT EXISTS (SELECT 1 FROM unnest(%s::text[]) scope WHERE starts_with(o.path, scope))",
            joins="JOIN members_organisation o ON o.id = s.organisation_id",
            params=[list(context.scope_paths)],
            message="该单位不在您的管理范围", advice="请核对单位编号，或联系区代办处",
        )  # fmt: skip


def _check_number(staging: Staging) -> None:
    """Sex and birthday as written against what the document number says."""
    staging.flag(
        "ID_SEX_MISMATCH", "性别",
        f"s.sex <> s.number_sex AND {staging.right('number', 'document_type')}",
        message=Expression(
            "'与证件号码不符，证件号码为' || CASE s.number_sex WHEN 'F' THEN '女' ELSE '男' END"
        ),
        advice="请核对证件原件",
    )  # fmt: skip
    staging.flag(
        "ID_BIRTH_MISMATCH", "出生日期",
        f"s.born_on <> s.number_born AND {staging.right('number', 'document_type')}",
        message=Expression("'与证件号码不符，证件号码为' || s.number_born"),
        advice="请核对证件原件",
    )  # fmt: skip


def _check_person(staging: Staging) -> None:
    new = f"s.member_id IS NULL AND s.kind_of_document IS NOT NULL AND {staging.right('number')}"
    for column, field, known in (
        ("性别", "sex", "number_sex"),
        ("出生日期", "born_on", "number_born"),
    ):
        staging.flag(
            "REQUIRED", column,
            f"{new} AND s.{known} IS NULL AND s.{field} IS NULL AND {staging.right(field)}",
            message="该证件号码不含此项，必填", advice="请补填",
        )  # fmt: skip
    staging.flag(
        "NAME_MISMATCH", "姓名", f"m.name_key <> s.name_key AND {staging.right('name', 'number')}",
        joins="JOIN members_member m ON m.id = s.member_id",
        message="该证件号码已以其他姓名登记", advice="请核对姓名和证件号码，改名请联系区代办处",
    )  # fmt: skip
    staging.flag(
        "TRANSFERRED", "单位编号", "m.organisation_id <> s.organisation_id",
        joins="JOIN members_member m ON m.id = s.member_id",
        message="该会员将从其他单位转入", advice="如未调动，请勿导入此行",
    )  # fmt: skip


# the later row of two persons with one card; whoever holds the card already keeps it
SHARED_IN_FILE = """
SELECT row_no, '卡号与本表第' || first || '行的另一人相同', '请核对京卡' FROM (
    SELECT row_no, member_id, card_index, person, first_value(row_no) OVER held AS first,
        first_value(person) OVER held AS owner
    FROM (
        SELECT row_no, member_id, card_index,
            coalesce(kind_of_document || number_index, row_no::text) AS person
        FROM import_rows WHERE card_index IS NOT NULL
    ) AS cards
    WINDOW held AS (PARTITION BY card_index ORDER BY row_no)
) AS shared
WHERE person <> owner AND NOT EXISTS (
    SELECT 1 FROM members_member m WHERE m.id = member_id AND m.card_index = shared.card_index)
"""


def _check_card(staging: Staging) -> None:
    staging.flag(
        "CARD_SHARED", "京卡卡号", "m.id IS DISTINCT FROM s.member_id",
        joins="JOIN members_member m ON m.card_index = s.card_index",
        message="该卡号已登记在其他会员名下", advice="请核对京卡",
    )  # fmt: skip
    life.check(staging)
    staging.flag_select("CARD_SHARED", "京卡卡号", SHARED_IN_FILE)
    staging.flag(
        "NO_CARD", "京卡卡号",
        f"s.card_index IS NULL AND m.card_index IS NULL AND {staging.right('card')}",
        joins="LEFT JOIN members_member m ON m.id = s.member_id",
        message="没有京卡卡号", advice="办卡后请补填",
    )  # fmt: skip


def classify_sql(staging: Staging, context: Context) -> None:
    """New persons are created, known ones updated when a filled cell differs or they move.

    `RESOLVE` has said so already while it had the stored rows at hand.
    """


INSERT = """
INSERT INTO members_member (organisation_id, name, name_key, sort_key, initials, other_initials,
    document_type, document_index, document_tail4_index, document_tail6_index, document_sealed,
    sex, born_on, phone_index, phone_sealed, card_index, card_tail4_index, card_sealed,
    card_issued_on, joined_on, status, category, note)
SELECT organisation_id, name, name_key, sort_key, initials, other_initials,
    kind_of_document, number_index, number_tail4_index, number_tail6_index, number_sealed,
    coalesce(number_sex, sex), coalesce(number_born, born_on), coalesce(phone_index, ''),
    phone_sealed, card_index, coalesce(card_tail4_index, ''), card_sealed, card_issued_on,
    joined_on, coalesce(status, 'IN_SERVICE'), coalesce(category, 'ORDINARY'),
    coalesce(note, '')
FROM import_rows s WHERE NOT s.bad AND s.action = 'create'
ORDER BY organisation_id, sort_key, row_no
"""

UPDATE = """
UPDATE members_member m SET
    organisation_id = s.organisation_id,
    sex = coalesce(s.sex, m.sex),
    born_on = coalesce(s.born_on, m.born_on),
    phone_index = coalesce(s.phone_index, m.phone_index),
    phone_sealed = coalesce(s.phone_sealed, m.phone_sealed),
    card_index = coalesce(s.card_index, m.card_index),
    card_tail4_index = coalesce(s.card_tail4_index, m.card_tail4_index),
    card_sealed = coalesce(s.card_sealed, m.card_sealed),
    card_issued_on = coalesce(s.card_issued_on, m.card_issued_on),
    -- the roster does not say it: of another card, or of one issued later, nobody knows it
    card_valid_until = CASE
        WHEN s.card_index <> m.card_index OR s.card_issued_on > m.card_valid_until THEN NULL
        ELSE m.card_valid_until END,
    joined_on = coalesce(s.joined_on, m.joined_on),
    status = coalesce(s.status, m.status),
    category = coalesce(s.category, m.category),
    note = coalesce(s.note, m.note),
    updated_at = statement_timestamp()
FROM import_rows s WHERE m.id = s.member_id AND NOT s.bad AND s.action = 'update'
"""


def apply(staging: Staging, context: Context) -> None:
    """One INSERT for the new persons, one UPDATE for the changed ones."""
    staging.execute(INSERT)
    life.note(staging, context)
    staging.execute(UPDATE)


MEMBERS = Kind(
    name="members",
    title="会员花名册",
    columns=_columns(),
    key_columns=("kind_of_document", "number_index"),
    check_sql=check_sql,
    classify_sql=classify_sql,
    apply=apply,
    undo_tables=("members_member", "members_membershipevent", "members_membercard"),
    undo_people={
        "members_member": "id",
        "members_membershipevent": "member_id",
        "members_membercard": "member_id",
    },
    extra=(
        ("organisation_id", "bigint"),
        ("member_id", "bigint"),
        ("kind_of_document", "text"),
    ),
    template=Template(
        notes=(
            "一人一行，不要合并单元格，不要改动表头。",
            "证件号码、京卡卡号、手机号请按文本填写，本模板已设好格式。",
            "空白单元格不改动已登记的内容。",
            "姓名以首次登记为准，更名请联系区代办处。",
        ),
    ),
)
