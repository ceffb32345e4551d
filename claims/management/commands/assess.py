"""assess FILE: scenarios of a JSON file by the plan catalogue. Never touches the database."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, Never

import yaml

import policies
from claims.rules.assess import assess
from claims.rules.scenario import parse_scenario
from members.management.plain_command import PlainCommand, Unusable
from policies.rules.catalogue import parse_catalogue
from policies.rules.document import Malformed
from policies.rules.terms import Catalogue

SHIPPED_CATALOGUE = Path(policies.__file__).with_name("data") / "catalogue.yaml"
STANDARD_INPUT = "-"


class Command(PlainCommand):
    help = "Assesses a scenario, or a JSON list of scenarios, and prints the outcome as JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="JSON file; - reads standard input")
        parser.add_argument(
            "--catalogue",
            metavar="FILE",
            default=str(SHIPPED_CATALOGUE),
            help="plan catalogue in place of the shipped one",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        catalogue = read_catalogue(options["catalogue"])
        answer = assess_document(read_json(options["file"]), catalogue, options["file"])
        self.stdout.write(json.dumps(answer, ensure_ascii=False))


def assess_document(document: object, catalogue: Catalogue, name: str) -> object:
    """The outcome of one scenario, or the list of outcomes of a list, as JSON-shaped values."""
    if isinstance(document, list):
        return [_in_list(each, catalogue, f"[{i}]") for i, each in enumerate(document)]
    try:
        return _outcome(document, catalogue)
    except Malformed as fault:
        raise Unusable(str(fault) if fault.place else f"{name}: {fault.problem}") from None


def _in_list(document: object, catalogue: Catalogue, position: str) -> dict[str, object]:
    try:
        return _outcome(document, catalogue)
    except Malformed as fault:
        place = f"{position}.{fault.place}" if fault.place else position
        raise Unusable(f"{place}: {fault.problem}") from None


def _outcome(document: object, catalogue: Catalogue) -> dict[str, object]:
    return assess(parse_scenario(document, catalogue)).as_json()


def read_catalogue(name: str) -> Catalogue:
    """The catalogue of a YAML file. Raises Unusable with the name of the file."""
    try:
        return parse_catalogue(yaml.safe_load(_read(name)))
    except (yaml.YAMLError, ValueError, RecursionError) as fault:  # Malformed is a ValueError
        raise Unusable(f"{name}: {fault}") from None


def read_json(name: str) -> object:
    """The document of a JSON file. Raises Unusable with the name of the file."""
    try:
        return json.loads(_read(name), parse_constant=_no_number)
    except (ValueError, RecursionError) as fault:
        raise Unusable(f"{name}: not JSON: {fault}") from None


def _read(name: str) -> str:
    try:
        content = sys.stdin.buffer.read() if name == STANDARD_INPUT else Path(name).read_bytes()
    except OSError as fault:
        raise Unusable(f"{name}: {fault.strerror}") from None
    return content.decode("utf-8-sig")


def _no_number(name: str) -> Never:
    """NaN and Infinity are no JSON."""
    raise ValueError(f"{name} is no number of JSON")
