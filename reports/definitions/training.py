"""培训台账: the trainings of a period, who came, and how many units they reached."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from reports.definitions.base import (
    Column,
    Figure,
    Filled,
    Kind,
    Report,
    Row,
    Table,
    Totalled,
    filled,
    ratio,
)
from reports.selectors import measures
from reports.selectors.scope import Scope, Window

COUNT = Kind.COUNT
FIGURES = (
    Figure(
        "sessions", pgettext_lazy("report", "Trainings"), COUNT,
        _("Trainings held in the period to which somebody of these unions came."),
    ),
    Figure(
        "person_times", pgettext_lazy("report", "Person-times trained"), COUNT,
        _("Everybody who came, once for each training: person-times, not persons."),
    ),
    Figure(
        "units_reached", pgettext_lazy("report", "Units reached"), COUNT,
        _("Units of which somebody came at least once, each counted once."),
    ),
    Figure(
        "reach", pgettext_lazy("report", "Reach"), Kind.RATIO,
        _("Units reached by grassroots unions that are not closed."),
    ),
)  # fmt: skip
SESSIONS = Table(
    "sessions",
    pgettext_lazy("report", "By training"),
    (
        Column("day", pgettext_lazy("report", "Day"), Kind.DAY, Totalled.NONE),
        Column("title", pgettext_lazy("report", "Subject"), Kind.TEXT, Totalled.NONE),
        Column("name", pgettext_lazy("report", "Organiser"), Kind.TEXT, Totalled.NONE),
        Column("place", pgettext_lazy("report", "Place"), Kind.TEXT, Totalled.NONE),
        Column("person_times", pgettext_lazy("report", "Person-times trained")),
        Column("units_reached", pgettext_lazy("report", "Units reached"), totalled=Totalled.OWN),
    ),
)


def fill(scope: Scope, window: Window) -> Filled:
    measure = measures.trainings(window)
    found = measures.whole(scope, measure)
    units = measures.whole(scope, measures.unions(window))["units"]
    figures = found | {"reach": ratio(found["units_reached"], units)}
    totals = {key: found[key] for key in ("person_times", "units_reached")}
    sessions = SESSIONS.holding(_rows(scope, measure), totals)
    return filled("training", scope, window, figures, sessions)


def _rows(scope: Scope, measure: measures.Measure) -> tuple[Row, ...]:
    columns = ("session", "session__held_on", "session__title", "session__place",
               "session__organiser__name")  # fmt: skip
    rows = scope.rows(measure.rows, measure.path).order_by().values(*columns)
    counted = rows.annotate(**measure.sums).order_by("session__held_on", "session")
    return tuple(
        {
            "day": row["session__held_on"].isoformat(),
            "title": row["session__title"],
            "name": row["session__organiser__name"],
            "place": row["session__place"],
            "person_times": row["person_times"],
            "units_reached": row["units_reached"],
        }
        for row in counted
    )


TRAINING = Report(
    name="training",
    title=pgettext_lazy("report", "Training register"),
    summary=_("Trainings held, who came, and units reached"),
    figures=FIGURES,
    tables=(SESSIONS,),
    fill=fill,
)
