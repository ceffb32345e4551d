"""Training of agents, through the viewer."""

from django.db.models import Count, Q, QuerySet

from members.access import Viewer, visible
from members.models import Organisation, TrainingAttendee, TrainingSession
from members.permissions import Permission

VIEW, KEEP = Permission.NOTICE_VIEW, Permission.TRAINING_KEEP


def visible_trainings(viewer: Viewer) -> QuerySet[TrainingSession]:
    """The trainings of the viewer's unions, and those to which somebody of them came."""
    came = visible(
        TrainingAttendee.objects.all(), viewer, path="organisation__path", permission=VIEW
    )
    rows = TrainingSession.objects.all()
    own = visible(rows, viewer, path="organiser__path", permission=VIEW)
    found = Q(pk__in=own.values("pk")) | Q(pk__in=came.values("session"))
    return rows.filter(found).select_related("organiser", "made_by")


def keepable_trainings(viewer: Viewer) -> QuerySet[TrainingSession]:
    """The trainings that the viewer keeps the list of."""
    rows = TrainingSession.objects.select_related("organiser")
    return visible(rows, viewer, path="organiser__path", permission=KEEP)


def attendees_of(viewer: Viewer, session: TrainingSession) -> QuerySet[TrainingAttendee]:
    """Who came, of the viewer's unions."""
    rows = session.attendees.select_related("organisation")
    mine = visible(rows, viewer, path="organisation__path", permission=VIEW)
    return mine.order_by("organisation__sort_key", "organisation_id", "pk")


def counts_of(viewer: Viewer, sessions: list[int]) -> dict[int, tuple[int, int]]:
    """Of each session the persons who came and the units they came from, as the viewer sees."""
    rows = visible(
        TrainingAttendee.objects.filter(session__in=sessions), viewer,
        path="organisation__path", permission=VIEW,
    )  # fmt: skip
    counted = (
        rows.order_by()
        .values_list("session")
        .annotate(Count("pk"), Count("organisation", distinct=True))
    )
    return {session: (persons, units) for session, persons, units in counted}


def organisers(viewer: Viewer) -> QuerySet[Organisation]:
    """The unions in whose name the viewer may hold a training: those at which he has the right."""
    keys = [grant.organisation_id for grant in viewer.grants if KEEP in grant.permissions]
    return Organisation.objects.filter(Q(pk__in=keys)).order_by("path")


def invited(viewer: Viewer) -> QuerySet[Organisation]:
    """The unions whose people the viewer may put down."""
    return visible(Organisation.objects.all(), viewer, path="path", permission=KEEP)
