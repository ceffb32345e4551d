"""Two versions of plans side by side, parameter by parameter."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from policies.models import PlanVersion
from policies.selectors.catalogue import Parameter, parameters_of, plan_card


@dataclass(frozen=True)
class ComparedRow:
    """One parameter as each version has it; None: this version has no such parameter."""

    label: str
    left: Parameter | None
    right: Parameter | None

    @property
    def differs(self) -> bool:
        return (self.left and self.left.value) != (self.right and self.right.value)


def compared(
    left: PlanVersion, right: PlanVersion, *, today: date
) -> list[tuple[str, list[ComparedRow]]]:
    """The parameters of both in groups, in the order of the page of a plan."""
    sides = _grouped(left, today), _grouped(right, today)
    groups = []
    for title in dict.fromkeys((*sides[0], *sides[1])):
        first, second = sides[0].get(title, {}), sides[1].get(title, {})
        rows = [
            ComparedRow(key[1], first.get(key), second.get(key))
            for key in dict.fromkeys((*first, *second))
        ]
        groups.append((title, rows))
    return groups


def _grouped(version: PlanVersion, today: date) -> dict[str, dict[tuple[str, str], Parameter]]:
    groups = [(_("Version"), _head(version, today)), *parameters_of(version)]
    return {title: {(row.path, row.label): row for row in rows} for title, rows in groups}


def _head(version: PlanVersion, today: date) -> list[Parameter]:
    card = plan_card(version, today=today)
    until = f"– {card.last}" if card.last else _("onwards")
    rows = [
        (_("Full name"), version.name_zh),
        (_("Plan"), card.family),
        (_("On sale"), f"{card.first} {until}"),
    ]
    return [Parameter(label, value, confirmed=True, note="", path="") for label, value in rows]
