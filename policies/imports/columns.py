"""The columns of 参保名单, in the contract's order, and the words that its cells may hold."""

from core.identity import Document, document_type
from core.importing.columns import (
    Column,
    amount,
    choice,
    code,
    count,
    day,
    document,
    person_name,
    text,
)
from policies.rules.words import FUNDER_WORDS, RISK_WORDS
from policies.states import Funder

FUNDERS = {word: Funder(code).value for code, word in FUNDER_WORDS.items()}
RISKS = {word: risk for risk, word in RISK_WORDS.items()}
RELATIONS = ("子女", "子", "女", "父子", "父女", "母子", "母女", "监护")
# plans on sale since 2018, as the template offers them; a family or plan code is read as well
PLAN_CHOICES = (
    "在职职工住院医疗互助保障活动",
    "在职职工住院津贴互助保障活动",
    "在职职工重大疾病互助保障活动(一年期)",
    "在职女职工特殊疾病互助保障活动(一年期)",
    "在职职工意外伤害互助保障活动",
    "在职职工子女意外伤害互助保障活动",
)


def _document_type(number: str) -> str:
    """The type that the form of a child's number tells; the roster has no column for it."""
    return str(document_type(number) or Document.RESIDENT)


COLUMNS: tuple[Column, ...] = (
    code("单位编号", "union_code", limit=0, required=True, help="工会组织的编号，由区代办处提供"),
    code(
        "活动",
        "plan",
        limit=0,
        required=True,
        width=38,
        choices=PLAN_CHOICES,
        help="活动名称，也可填活动代码，如 INPMED 或 ACC-2017",
    ),
    person_name("姓名", "name", required=True, help="职工本人姓名，与证件一致"),
    document("证件号码", "document", required=True, help="18位身份证号；单元格须为文本格式"),
    count("份数", "shares", help="不填为1份"),
    code("档次", "tier", limit=0, help="意外活动必填：T26、T50、T74、T100或其价格；其他活动不填"),
    amount("金额", "amount", help="可不填，由系统按价格计算；填写时须等于应缴金额"),
    choice("出资方", "funder", FUNDERS, help="不填为工会"),
    day("起保日期", "starts_on", required=True, help="如 2018-03-01；同一批次应为同一天"),
    choice("职业风险", "high_risk", RISKS, sql="boolean", help="不填为普通"),
    person_name("子女姓名", "child_name", help="子女意外活动必填，其他活动不填"),
    document(
        "子女证件号码",
        "child_document",
        derive={"child_document_type": ("text", _document_type)},
        help="子女意外活动必填，其他活动不填",
    ),
    choice("关系", "relation", RELATIONS, help="子女意外活动必填：职工与子女的关系"),
    code("专项活动", "campaign", limit=0, help="专项活动代码，如 BJQX-2018；一般不填"),
    text("备注", "note", limit=500, width=24),
)
PLACES = {column.field: place for place, column in enumerate(COLUMNS)}
CHILD_FIELDS = ("child_name", "child_document", "relation")

# what the checks find out about a row, beside its cells
EXTRA = (
    ("org_id", "bigint"),
    ("member_id", "bigint"),
    ("child_id", "bigint"),
    ("family", "text"),
    ("version_id", "bigint"),
    ("campaign_id", "bigint"),
    ("cover", "daterange"),
    ("insured", "text"),  # who is covered: the index of the child's number or of the member's
    ("born_on", "date"),
    ("sex", "text"),
    ("policy_id", "bigint"),  # the stored line with the row's key
    ("old_shares", "integer"),
    ("old_tier", "text"),
    ("old_risk", "boolean"),
    ("old_amount", "numeric(14,2)"),
    ("tier_code", "text"),
    ("price", "numeric(14,2)"),
    ("verdict", "text"),
)
