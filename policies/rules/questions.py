"""What the office has still to answer about the plans, and what the source codes stand for."""

from collections.abc import Mapping
from dataclasses import dataclass

from policies.rules.document import ClosedFields, choice, each, text
from policies.rules.terms import PAID_FAMILIES

FAMILIES = (*PAID_FAMILIES, "SECREIMB", "NONWORK")


@dataclass(frozen=True, slots=True)
class Question:
    """An open question about plans, in the words of the office and in English."""

    families: tuple[str, ...]
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value of the catalogue was read."""

    code: str
    text: str
    date: str = ""
    quality: str = ""


def parse_questions(document: object) -> tuple[Question, ...]:
    """The open questions. Raises Malformed with the path of the first fault."""
    with ClosedFields(document, "") as fields:
        fields.required("schema", choice(("mutual-aid-plan-questions/1",)))
        return fields.required("questions", each(_question))


def _question(value: object, place: str) -> Question:
    with ClosedFields(value, place) as fields:
        return Question(
            families=fields.required("families", each(choice(FAMILIES))),
            zh=fields.required("zh", text),
            en=fields.required("en", text),
        )


def parse_sources(document: object) -> Mapping[str, Source]:
    """The sources by their code. Raises Malformed with the path of the first fault."""
    with ClosedFields(document, "") as fields:
        fields.required("schema", choice(("mutual-aid-plan-sources/1",)))
        return fields.required("sources", _sources)


def _sources(value: object, place: str) -> Mapping[str, Source]:
    with ClosedFields(value, place) as fields:
        return {
            str(code): _source(str(code), entry, fields.at(code))
            for code, entry in fields.entries()
        }


def _source(code: str, value: object, place: str) -> Source:
    with ClosedFields(value, place) as fields:
        return Source(
            code=code,
            text=fields.required("text", text),
            date=fields.required("date", text),
            quality=fields.required("quality", text),
        )
