"""Scenarios of the assessment contract in few words: what a test leaves out is in order."""

from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import yaml

import policies
from claims.rules.assess import assess
from claims.rules.outcome import ClaimOutcome, Outcome
from claims.rules.scenario import parse_scenario
from policies.rules.catalogue import parse_catalogue
from policies.rules.terms import Catalogue

CATALOGUE_FILE = Path(policies.__file__).with_name("data") / "catalogue.yaml"
EVENTS = {
    "INPMED": "admitted_on",
    "INPALW": "admitted_on",
    "CI": "diagnosed_on",
    "FEM": "diagnosed_on",
    "ACC": "accident_on",
    "CHILD": "accident_on",
}
Json = dict[str, Any]


@cache
def catalogue_document() -> Json:
    """The shipped catalogue as a YAML reader returns it; change a copy only."""
    document: Json = yaml.safe_load(CATALOGUE_FILE.read_text(encoding="utf-8"))
    return document


@cache
def catalogue() -> Catalogue:
    return parse_catalogue(catalogue_document())


def catalogue_with(changes: Json) -> Catalogue:
    """The shipped catalogue with parameters changed: {"INPMED-2018.benefit.cap_per_term": "5.00"}.

    A path begins with the code of a plan or with `common`.
    """
    document = deepcopy(catalogue_document())
    entries = {entry["code"]: entry for entry in document["plans"]}
    entries |= {entry["code"]: entry for entry in document["secondary_reimbursement"]}
    entries["common"] = document["common"]
    for path, value in changes.items():
        *steps, last = path.split(".")
        target = entries
        for step in steps:
            target = target[step]
        target[last] = value
    return parse_catalogue(document)


def policy(plan: str = "INPMED-2018", **facts: Any) -> Json:
    """A policy of member m1 in force from 2018-01-01."""
    tier = {"tier": "T100"} if plan.startswith("ACC") else {"tier": "STD"}
    usual = {"id": "p1", "plan": plan, "insured": "m1", "starts_on": "2018-01-01"}
    return usual | (tier if plan.startswith(("ACC", "CHILD")) else {}) | facts


def claim(family: str, event_on: str, **facts: Any) -> Json:
    """A claim of member m1 filed on the day of the event, its id counted by `outcome_of`."""
    return {
        "insured": "m1",
        "family": family,
        "filed_on": event_on,
        EVENTS[family]: event_on,
    } | facts


def stay(admitted_on: str, discharged_on: str, self_pay_1: str = "0.00", **facts: Any) -> Json:
    """An INPMED claim."""
    return claim("INPMED", admitted_on, discharged_on=discharged_on, self_pay_1=self_pay_1, **facts)


def allowance(admitted_on: str, discharged_on: str, **facts: Any) -> Json:
    """An INPALW claim."""
    return claim("INPALW", admitted_on, discharged_on=discharged_on, **facts)


def above_ceiling(amount: str, year: int = 2018, **facts: Any) -> Json:
    """A SECREIMB claim filed in the first quarter of the next year."""
    usual = {"insured": "m1", "family": "SECREIMB", "filed_on": f"{year + 1}-02-01"}
    return usual | {"year": year, "amount": amount} | facts


def member(*rows: Json, **facts: Any) -> Json:
    return {"insured": "m1", "rows": list(rows)} | facts


def outpatient(settled_on: str, self_pay_1: str) -> Json:
    return {"settled_on": settled_on, "kind": "outpatient", "self_pay_1": self_pay_1}


def inpatient(settled_on: str, admitted_on: str, self_pay_1: str) -> Json:
    return {
        "settled_on": settled_on,
        "kind": "inpatient",
        "self_pay_1": self_pay_1,
        "admitted_on": admitted_on,
    }


def scenario(policies: list[Json], claims: list[Json], members: list[Json] | None = None) -> Json:
    """The JSON document; claims without an id are c1, c2 … by their position."""
    numbered = [{"id": f"c{i}"} | each for i, each in enumerate(claims, start=1)]
    return {
        "policies": policies,
        "claims": numbered,
        "settlements": {"members": members or []},
    }


def outcome_of(
    policies: list[Json],
    claims: list[Json],
    members: list[Json] | None = None,
    terms: Catalogue | None = None,
) -> Outcome:
    return assess(parse_scenario(scenario(policies, claims, members), terms or catalogue()))


def answers(
    policies: list[Json], *claims: Json, terms: Catalogue | None = None
) -> tuple[ClaimOutcome, ...]:
    """The outcome of each claim."""
    return outcome_of(policies, list(claims), terms=terms).claims


def answer(policies: list[Json], *claims: Json, terms: Catalogue | None = None) -> ClaimOutcome:
    """The outcome of the last claim."""
    return answers(policies, *claims, terms=terms)[-1]


def amounts(policies: list[Json], *claims: Json, terms: Catalogue | None = None) -> list[str]:
    """What each claim carries, as text."""
    return [str(each.amount) for each in answers(policies, *claims, terms=terms)]
