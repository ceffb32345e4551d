"""The figures of the newspaper article on 2018 and the exact numbers chosen where it rounds."""

from dataclasses import dataclass
from decimal import Decimal

YEAR = 2018
WORKERS = 188_000  # 18.8万职工
MEMBERS = 170_000  # 有效会员17万
UNIONS = 700  # grassroots unions, chosen
REMITTED = Decimal("6922000.00")  # 692.2万元
TARGET = Decimal("6370000.00")  # 637万元
REMITTED_2017 = Decimal("6019130.00")  # growth of 15 %: 6,922,000 / 6,019,130 = 1.15000
CLAIMS = 1_750
CLAIMS_PAID = Decimal("2989000.00")  # 298.9万元
REIMBURSED = (27_000, 27_500, 27_500, 28_000)  # 约11万人次 over four quarters, chosen
REIMBURSEMENTS_PAID = Decimal("13490000.00")  # 1349万元

CAMPAIGN = "BJQX-2018"
CAMPAIGN_STARTS_ON = "2018-05-15"
CAMPAIGN_MEMBERS = 3_497
CAMPAIGN_TIER = "T74"
SUBSIDY_A_HEAD = Decimal("200.00")  # 卫计委, 每人每年200元
SUBSIDY_BASIS = "卫计委自2017年起按每人每年200元补助（劳动午报，2018年度报道）"


@dataclass(frozen=True)
class Portrait:
    """What the article says of one union; None where it says nothing."""

    code: str
    members: int | None = None
    units: int | None = None
    enrolments: int | None = None
    contributions: Decimal | None = None
    claims: int | None = None
    claims_paid: Decimal | None = None
    verified: int | None = None


HEALTH = Portrait("WJW", members=6_712, units=27)  # 27家, 会员6700余人
LABOUR = Portrait(
    "RSJ",
    members=659,
    units=17,
    contributions=Decimal("158160.00"),
    claims=52,
    claims_paid=Decimal("137800.00"),  # 13.78万
)
TIANTAN = Portrait("TT", units=29, enrolments=2_192, claims=29, verified=980)
DONGHUASHI = Portrait(
    "DHS",
    enrolments=1_866,
    contributions=Decimal("67260.00"),
    claims=9,
    claims_paid=Decimal("8589.68"),
)
XINDA = Portrait(
    "DFXD", members=1_216, units=8, claims=73, claims_paid=Decimal("73000.00")
)  # 1200余名, 8家
PORTRAITS = (HEALTH, LABOUR, TIANTAN, DONGHUASHI, XINDA)
