"""How a roster spells who pays and what the work is, by the codes of the tables."""

FUNDER_WORDS = {
    "UNION": "工会",
    "ADMINISTRATION": "行政",
    "SUBSIDY": "上级补助",
    "DISTRICT": "区总工会",
    "MEMBER": "个人",
}
RISK_WORDS = {False: "普通", True: "高风险"}
