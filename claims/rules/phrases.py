"""The sentences of the steps. The Chinese is the original, the English its translation."""

from collections.abc import Mapping
from typing import NamedTuple


class Phrase(NamedTuple):
    chinese: str
    english: str


PHRASES: Mapping[str, Phrase] = {
    # which version answers
    "version": Phrase(
        "{plan}，参保记录{policy}，保障期{starts_on}至{ends_on}",
        "{plan}, policy {policy}, cover from {starts_on} to {ends_on}",
    ),
    "version_of_year": Phrase("{plan}", "{plan}"),
    "decided_payable": Phrase("此前已决定给付{amount}", "decided before: payable, {amount}"),
    "decided_nil": Phrase("此前已决定无应付金额：{amount}", "decided before: nil, {amount}"),
    "decided_supplement": Phrase(
        "此前已要求补正：{amount}", "decided before: supplement, {amount}"
    ),
    "decided_referred": Phrase("此前已转复核：{amount}", "decided before: referred, {amount}"),
    "decided_refused": Phrase("此前已拒付：{amount}", "decided before: refused, {amount}"),
    # checks
    "no_cover": Phrase("{day}没有有效的{family}保障", "no {family} policy in force on {day}"),
    "cover_ended": Phrase(
        "参保记录{policy}已由申请{claim}给付，保障终止",
        "the cover of policy {policy} ended with the payment of claim {claim}",
    ),
    "illness_already_paid": Phrase(
        "同一疾病已由申请{claim}给付", "the same illness was paid with claim {claim}"
    ),
    "pre_existing": Phrase(
        "首次出现症状{signs}，早于首次参保{joined}",
        "first signs on {signs}, before cover began on {joined}",
    ),
    "waiting": Phrase(
        "参保第{day_no}天，在{days}天免责期内",
        "day {day_no} of cover lies within the waiting period of {days} days",
    ),
    "late": Phrase(
        "申请日{filed}已过时效：出险后{years}年，至{last_day}",
        "filed on {filed}, after {last_day}, {years} years from the event",
    ),
    "excluded": Phrase("除外责任：{cause}", "excluded cause: {cause}"),
    "duplicate_stay": Phrase(
        "与申请{claim}为同一次住院：医院{hospital}，入院日{day}",
        "the same stay as claim {claim}: hospital {hospital}, admitted on {day}",
    ),
    "hospital": Phrase(
        "医院级别{level}、地区{city}，要求{least}级以上、地区{expected}",
        "hospital of level {level} in {city}; level {least} or above in {expected} is asked for",
    ),
    "overlap": Phrase("住院日期与申请{claim}重叠", "shares a night in hospital with claim {claim}"),
    "documents": Phrase("缺少材料：{missing}", "missing documents: {missing}"),
    "no_bands": Phrase("{plan}没有封顶线以上的分段比例", "{plan} has no bands above the ceiling"),
    "late_for_year": Phrase(
        "申请日{filed}不在{year}年第一季度", "filed on {filed}, not in the first quarter of {year}"
    ),
    "nothing_due": Phrase("应付金额为0.00", "nothing is due: 0.00"),
    # 住院医疗, by stay
    "stay": Phrase("{plan}，{year}年第{number}次住院", "{plan}, stay {number} of {year}"),
    "continued_stay": Phrase(
        "{plan}，与申请{first}合并为{year}年第{number}次住院",
        "{plan}, one stay with claim {first}, stay {number} of {year}",
    ),
    "special_outpatient": Phrase(
        "{plan}，{year}年特殊病门诊", "{plan}, special-disease outpatient treatment in {year}"
    ),
    "over_deductible": Phrase(
        "({own} − {deductible}) × {rate} = {due}", "({own} − {deductible}) × {rate} = {due}"
    ),
    "under_deductible": Phrase(
        "{own}未超过起付线{deductible}：0.00",
        "{own} does not exceed the deductible {deductible}: 0.00",
    ),
    "less_paid": Phrase(
        "{due} − 本次住院已付{paid}，余{left}",
        "{due} − {paid} already paid for the stay leaves {left}",
    ),
    "cap": Phrase(
        "保障期限额{cap} − 已付{used}，以{left}为限",
        "at most {cap} per term − {used} already payable = {left}",
    ),
    # 住院津贴, by day
    "nights": Phrase("{plan}，住院{nights}天", "{plan}, {nights} days in hospital"),
    "continued_nights": Phrase(
        "{plan}，与申请{first}合并为一次住院：{nights}天",
        "{plan}, one stay with claim {first}: {nights} days in hospital",
    ),
    "days_too_few": Phrase(
        "{days}天，未超过{least}天：0天", "{days} days do not exceed {least}: 0 paid days"
    ),
    "days_earned": Phrase(
        "{days} − {unpaid} = {earned}天", "{days} − {unpaid} = {earned} paid days"
    ),
    "days_of_claim": Phrase(
        "{earned}天 − 本次住院已付{already}天，不超过本申请的{own}天：{left}天",
        "{earned} days − {already} already paid for the stay, at most the claim's own {own}:"
        " {left} days",
    ),
    "days_left": Phrase(
        "保障期限{most}天 − 已付{used}天，以{left}天为限",
        "at most {most} days per term − {used} already payable = {left} days",
    ),
    "per_day": Phrase(
        "{days}天 × {per_day} × {shares}份 = {amount}",
        "{days} days × {per_day} × {shares} shares = {amount}",
    ),
    # 重大疾病 and 女职工特殊疾病, lump sums
    "day_of_cover": Phrase(
        "{plan}，参保第{day_no}天（免责{waiting}天，减责至第{reduced}天）",
        "{plan}, day {day_no} of cover (waiting {waiting} days, reduced until day {reduced})",
    ),
    "day_of_renewal": Phrase(
        "{plan}，不间断续保第{day_no}天，无免责期",
        "{plan}, day {day_no} of an unbroken renewal, no waiting",
    ),
    "sum_full": Phrase(
        "全额{per_share} × {shares}份 = {amount}", "full: {per_share} × {shares} shares = {amount}"
    ),
    "sum_early_stage": Phrase(
        "早期{per_share} × {shares}份 = {amount}",
        "early stage: {per_share} × {shares} shares = {amount}",
    ),
    "sum_reduced": Phrase(
        "减责期{per_share} × {shares}份 = {amount}",
        "reduced: {per_share} × {shares} shares = {amount}",
    ),
    "sum_by_category": Phrase(
        "{category}：{per_share} × {shares}份 = {amount}",
        "{category}: {per_share} × {shares} shares = {amount}",
    ),
    "sum_unknown": Phrase(
        "活动未定此项金额：0.00", "the plan does not say the amount of this: 0.00"
    ),
    # 在职职工意外 and 子女意外, accidents
    "accident": Phrase("{plan}，档次{tier}，出险日{day}", "{plan}, tier {tier}, accident of {day}"),
    "death": Phrase("身故和丧葬{amount}", "death and funeral {amount}"),
    "death_paid": Phrase(
        "身故已由申请{claim}给付：0.00", "death was paid with claim {claim}: 0.00"
    ),
    "death_less_disability": Phrase(
        "{due} − 同一事故已付伤残{paid}，余{left}",
        "{due} − disability {paid} already payable for the same accident leaves {left}",
    ),
    "disability": Phrase(
        "伤残{grade}级：{base} × {percent} = {amount}",
        "disability grade {grade}: {base} × {percent} = {amount}",
    ),
    "disability_left": Phrase(
        "伤残保额{base} − 已付{used}，以{left}为限",
        "at most {base} − {used} already payable for disability = {left}",
    ),
    "disability_beside_death": Phrase(
        "已付身故，伤残{grade}级不再给付：0.00",
        "disability grade {grade} pays nothing beside death: 0.00",
    ),
    "living_days": Phrase(
        "生活补助{days}天 × {per_day} = {amount}",
        "living allowance {days} days × {per_day} = {amount}",
    ),
    "hospital_days": Phrase(
        "住院补助{days}天 × {per_day} = {amount}",
        "hospital allowance {days} days × {per_day} = {amount}",
    ),
    "living_days_left": Phrase(
        "生活补助限{most}天 − 已付{used}天，以{left}天为限",
        "at most {most} days of living allowance − {used} already payable = {left} days",
    ),
    "hospital_days_left": Phrase(
        "住院补助限{most}天 − 已付{used}天，以{left}天为限",
        "at most {most} days of hospital allowance − {used} already payable = {left} days",
    ),
    "sum_of_items": Phrase("合计{amount}", "together {amount}"),
    # 二次报销, above the ceiling
    "above_ceiling": Phrase(
        "{plan}，{year}年封顶线以上：{written}，计{net}",
        "{plan}, above the ceiling of {year}: {written}, not below zero: {net}",
    ),
    "band": Phrase("{start}以上{part} × {rate}", "{part} above {start} × {rate}"),
    "bands": Phrase("各段合计{amount}", "all bands together {amount}"),
    "year_left": Phrase(
        "年度限额{most} − 季度已付{reimbursed} − 已付{paid}，以{left}为限",
        "at most {most} a year − {reimbursed} paid by quarters − {paid} already payable = {left}",
    ),
}

# the words of codes that stand in Chinese sentences; English ones show the code
WORDS: Mapping[str, str] = {
    "INPMED": "住院医疗",
    "INPALW": "住院津贴",
    "CI": "重大疾病",
    "FEM": "女职工特殊疾病",
    "ACC": "在职职工意外",
    "CHILD": "子女意外",
    # documents
    "claim_form": "申请表",
    "id_copy": "身份证复印件",
    "inpatient_fee_list": "住院费用清单",
    "card": "京卡",
    "diagnosis_certificate": "诊断证明",
    "discharge_record": "出院记录",
    "pathology_report": "病理报告",
    "unit_accident_certificate": "单位事故证明",
    "hospital_papers": "医院材料",
    "guardian_id_copy": "监护人身份证复印件",
    "guardian_consent": "监护人同意书",
    "kinship_proof": "亲属关系证明",
    # exclusions
    "psychiatric_illness": "精神疾病",
    "pre_existing_illness": "参保前已患疾病",
    "illness_already_paid": "已给付过的疾病",
    "fraud": "欺诈",
    "illness": "疾病",
    "self_harm": "自伤",
    "crime": "犯罪",
    "drunk_driving": "酒后驾驶",
    "unlicensed_driving": "无证驾驶",
    "unregistered_vehicle": "驾驶无牌证车辆",
    "war": "战争",
    "natural_disaster": "自然灾害",
    "retired": "已退休",
    # categories of critical illness
    "listed_disease": "所列疾病",
    "listed_disease_or_operation": "所列疾病或手术",
    "in_situ_or_skin_cancer_operation": "原位癌或皮肤癌手术",
    "pre_existing_first_operation": "参保前已患疾病首次手术",
}
# what a lump sum by category pays by (per_share of CI-2005, CI-2016)
CATEGORIES = (
    "listed_disease", "listed_disease_or_operation", "in_situ_or_skin_cancer_operation",
    "pre_existing_first_operation",
)  # fmt: skip
