"""The plans as temporary tables beside the staged rows. What they say is decided by the pure rules.

The rules are asked once for every combination that stands in the file, not once for every row:
`import_plans` (names and codes of versions), `import_ages` (verdict by version, sex and age),
`import_tiers` (what a tier is called) and `import_prices`.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from core.copy import copy_rows
from core.importing import Staging
from policies.plans import paid_versions, terms_of
from policies.rules.enrolment import NoSuchTier, age_verdict, price_of, tier_for
from policies.rules.terms import PlanTerms
from policies.states import PAID_FAMILIES

TABLES = {
    "import_plan_words": "word text PRIMARY KEY, family text",
    "import_plans": "word text, version_id bigint, on_sale daterange, months integer",
    "import_terms": "version_id bigint PRIMARY KEY, name text, sex text, shares_min integer,"
    " shares_max integer, tiers text",
    "import_ages": "version_id bigint, sex text, age integer, verdict text, limits text",
    "import_tiers": "version_id bigint, word text, tier text, problem text",
    "import_prices": "version_id bigint, tier text, shares integer, high_risk boolean,"
    " price numeric(14,2)",
}
OLDEST = 150


def load_terms(staging: Staging) -> None:
    """Make the tables and fill those that depend on the catalogue alone."""
    for table, columns in TABLES.items():
        staging.execute(f"DROP TABLE IF EXISTS pg_temp.{table}")
        staging.execute(f"CREATE TEMPORARY TABLE {table} ({columns}) ON COMMIT DROP")
    versions = [(version, terms_of(code=version.code)) for version in paid_versions()]
    words = {family.value: family.value for family in PAID_FAMILIES}
    plans: list[Sequence[Any]] = []
    for version, terms in versions:
        sold = f"[{version.on_sale.lower},{version.on_sale.upper or ''})"
        for word in (version.family, version.code.upper(), plan_word(version.name_zh)):
            words[word] = version.family
            plans.append((word, version.pk, sold, terms.term_months))
    _fill(staging, "import_plan_words", ("word", "family"), words.items())
    _fill(staging, "import_plans", ("word", "version_id", "on_sale", "months"), plans)
    _fill(
        staging,
        "import_terms",
        ("version_id", "name", "sex", "shares_min", "shares_max", "tiers"),
        (_terms_row(version.pk, terms) for version, terms in versions),
    )
    ages = [row for version, terms in versions for row in _age_rows(version.pk, terms)]
    _fill(staging, "import_ages", ("version_id", "sex", "age", "verdict", "limits"), ages)


def plan_word(name: str) -> str:
    """A plan's name as a cleaned cell holds it: NFKC, no blanks, upper case."""
    return "".join(unicodedata.normalize("NFKC", name).split()).upper()


def _terms_row(version_id: int, terms: PlanTerms) -> Sequence[Any]:
    tiers = "、".join(tier.code for tier in terms.tiers)
    shares = terms.shares
    return (version_id, terms.name_zh, terms.sex, shares.min, shares.max, tiers)


def _age_rows(version_id: int, terms: PlanTerms) -> Iterator[Sequence[Any]]:
    """The verdict on every age in completed years, so that SQL only looks it up."""
    day = date(2018, 1, 1)
    for word, sex in (("F", "female"), ("M", "male")):
        verdicts = {
            age: age_verdict(terms, date(day.year - age, 1, 1), sex, day).value
            for age in range(-1, OLDEST + 1)
        }
        fit = [age for age, verdict in verdicts.items() if verdict != "outside"]
        limits = f"{fit[0]}至{fit[-1]}周岁" if fit else ""
        for age, verdict in verdicts.items():
            yield version_id, word, age, verdict, limits


def load_tiers(staging: Staging) -> None:
    """Ask the rule what every tier in the file is called."""
    found = staging.fetch(
        "SELECT DISTINCT v.code, s.version_id, coalesce(s.tier, s.old_tier, '')"
        " FROM import_rows s JOIN policies_planversion v ON v.id = s.version_id"
    )
    rows = [(version, word, *_tier(terms_of(code=code), word)) for code, version, word in found]
    _fill(staging, "import_tiers", ("version_id", "word", "tier", "problem"), rows)


def _tier(terms: PlanTerms, word: str) -> tuple[str | None, str | None]:
    """The code of a tier, or what is wrong with the word."""
    try:
        return tier_for(terms, word or None) or "", None
    except NoSuchTier:
        if not terms.tiers:
            return None, "该活动不分档次"
        return None, f"没有“{word[:20]}”这个档次" if word else "该活动分档次，必须填写"


def load_prices(staging: Staging) -> None:
    """Ask the rule for the price of every combination of version, tier, shares and risk."""
    found = staging.fetch(
        "SELECT DISTINCT v.code, s.version_id, t.tier, coalesce(s.shares, s.old_shares, 1),"
        " coalesce(s.high_risk, s.old_risk, false)"
        " FROM import_rows s JOIN policies_planversion v ON v.id = s.version_id"
        " JOIN import_terms p ON p.version_id = s.version_id"
        " JOIN import_tiers t ON t.version_id = s.version_id"
        " AND t.word = coalesce(s.tier, s.old_tier, '')"
        " WHERE t.tier IS NOT NULL"
        " AND coalesce(s.shares, s.old_shares, 1) BETWEEN p.shares_min AND p.shares_max"
    )
    rows = [
        (
            version,
            tier,
            shares,
            risk,
            price_of(terms_of(code=code), shares=shares, tier=tier or None, high_risk=risk),
        )
        for code, version, tier, shares, risk in found
    ]
    _fill(staging, "import_prices", ("version_id", "tier", "shares", "high_risk", "price"), rows)


def _fill(staging: Staging, table: str, columns: Sequence[str], rows: Any) -> None:
    copy_rows(staging.cursor, table, columns, rows)
    staging.execute(f"ANALYZE pg_temp.{table}")
