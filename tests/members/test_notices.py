"""Notices: to whom, once a day, read by whom; what was sent stays."""

import io
from datetime import date, timedelta
from typing import Any

import pdfplumber
import pytest
from django.db import IntegrityError, transaction
from django.db.utils import InternalError
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from core.models import AuditEvent
from members import exports
from members.models import Notice, NoticeReading, NoticeUnit, Organisation, User
from members.selectors import notices as selectors
from members.services import notices
from members.services.notices import NobodyAddressed, NotAddressed, TakenBack, UrgedToday, Words
from tests import builders

ON = date(2018, 3, 1)
WORDS = Words("请上报名单", "请尽快上报。", {})


@pytest.fixture
def street(db: None) -> Organisation:
    return builders.union("TT", kind="STREET", name="天坛街道总工会")


@pytest.fixture
def unit(street: Organisation) -> Organisation:
    return builders.union("TT001", street, name="天坛饭店工会")


@pytest.fixture
def agent(unit: Organisation) -> User:
    return builders.user("agent", unit, full_name="钱多")


def sent(*units: Organisation, **fields: Any) -> Notice:
    asked: dict[str, Any] = {"kind": "GENERAL", "words": WORDS, "on": ON, **fields}
    asked.setdefault("by", builders.viewer_as("enrolment"))
    return notices.send(organisation_ids=[unit.pk for unit in units], **asked)


def urged(*units: Organisation, on: date = ON, about: str = "late:2018", **fields: Any) -> Notice:
    by = fields.pop("by", None) or builders.viewer_as("enrolment")
    ids = [unit.pk for unit in units]
    return notices.urge(organisation_ids=ids, about=about, words=WORDS, by=by, on=on)


def test_an_agent_reads_and_the_office_sees_it(unit: Organisation, agent: User) -> None:
    other = builders.user("agent", unit, full_name="孙少")
    notice = sent(unit)
    assert [selectors.unread_count(builders.viewer(user)) for user in (agent, other)] == [1, 1]
    for _twice in range(2):
        notices.read(notice_id=notice.pk, by=builders.viewer(agent), on=ON)
    assert NoticeReading.objects.count() == 1
    assert [selectors.unread_count(builders.viewer(user)) for user in (agent, other)] == [0, 1]
    (seen,) = selectors.addressed(builders.viewer_as("enrolment"), notice)
    assert [(one.name, one.read_at is not None) for one in seen.readers] == [
        ("钱多", True), ("孙少", False),
    ]  # fmt: skip
    assert AuditEvent.objects.filter(action="notice.read").count() == 1


def test_reading_counts_for_a_union_only_by_its_own_agent(
    street: Organisation, unit: Organisation, agent: User
) -> None:
    beside = builders.union("TT002", street)
    notice = sent(unit, beside)
    notices.read(notice_id=notice.pk, by=builders.viewer(agent), on=ON)
    clerk = builders.viewer_as("enrolment")
    counted = selectors.counts(clerk, [notice.pk])[notice.pk]
    assert (counted.units, counted.read) == (2, 1)
    assert [(one.code, bool(one.read_at)) for one in selectors.addressed(clerk, notice)] == [
        ("TT002", False), ("TT001", True),
    ]  # fmt: skip


def test_who_was_not_written_to_neither_sees_nor_reads(unit: Organisation, agent: User) -> None:
    stranger = builders.user("agent", builders.union("DHS001"))
    notice = sent(unit)
    assert not selectors.visible_notices(builders.viewer(stranger)).exists()
    with pytest.raises(NotAddressed):
        notices.read(notice_id=notice.pk, by=builders.viewer(stranger), on=ON)
    with pytest.raises(NotAddressed):  # the sender sees it and is nobody's reader
        notices.read(notice_id=notice.pk, by=builders.viewer_as("enrolment"), on=ON)
    assert not NoticeReading.objects.exists()
    client = builders.client_for(stranger)
    assert client.get(reverse("members:notice-detail", args=[notice.pk])).status_code == 404


def test_a_street_sees_of_a_notice_to_all_only_its_own_unions(
    street: Organisation, unit: Organisation
) -> None:
    elsewhere = builders.union("DHS001")
    notice = sent(unit, elsewhere)
    coordinator = builders.viewer_as("coordinator", street)
    assert [one.code for one in selectors.addressed(coordinator, notice)] == ["TT001"]
    assert selectors.counts(coordinator, [notice.pk])[notice.pk].units == 1
    assert not selectors.may_take_back(coordinator, notice)


def test_a_street_sends_in_its_street_only(street: Organisation, unit: Organisation) -> None:
    elsewhere, closed = builders.union("DHS001"), builders.union("TT009", street, closed_on=ON)
    coordinator = builders.viewer_as("coordinator", street)
    assert sent(unit, by=coordinator).units.count() == 1
    for refused in ([unit, elsewhere], [closed], []):
        with pytest.raises(NobodyAddressed):
            sent(*refused, by=coordinator)
    assert Notice.objects.count() == 1


def test_nobody_is_reminded_twice_a_day(street: Organisation, unit: Organisation) -> None:
    beside = builders.union("TT002", street)
    urged(unit)
    second = urged(unit, beside)
    assert [row.organisation for row in second.units.all()] == [beside]
    with pytest.raises(UrgedToday):
        urged(unit, beside)
    assert Notice.objects.count() == 2
    urged(unit, about="renewal:2018")  # another matter
    urged(unit, on=ON + timedelta(days=1))
    assert selectors.urged_on("late:2018", [unit.pk]) == {unit.pk: ON + timedelta(days=1)}


def test_a_reminder_taken_back_may_be_sent_again(unit: Organisation, agent: User) -> None:
    clerk = builders.viewer_as("enrolment")
    notice = urged(unit, by=clerk)
    notices.take_back(notice_id=notice.pk, by=clerk, on=ON)
    assert selectors.unread_count(builders.viewer(agent)) == 0
    with pytest.raises(TakenBack):
        notices.take_back(notice_id=notice.pk, by=clerk, on=ON)
    with pytest.raises(NotAddressed):
        notices.read(notice_id=notice.pk, by=builders.viewer(agent), on=ON)
    assert urged(unit).units.count() == 1


def test_what_was_sent_stays(unit: Organisation) -> None:
    notice = sent(unit)
    for values in ({"title": "另一个"}, {"body": "别的"}):
        with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
            Notice.objects.filter(pk=notice.pk).update(**values)
    notice.units.all().delete()
    with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).delete()


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("notice_kind_known", lambda n, u: Notice.objects.create(
            kind="JOKE", title="甲", body="乙", sent_on=ON)),
        ("notice_says_it", lambda n, u: Notice.objects.create(
            kind="GENERAL", title="", body="乙", sent_on=ON)),
        ("notice_to_unit_once", lambda n, u: NoticeUnit.objects.create(
            notice=n, organisation=u)),
        ("notice_read_once", lambda n, u: NoticeReading.objects.bulk_create(
            [NoticeReading(notice=n, user=User.objects.all()[0]) for _twice in range(2)])),
    ],
)  # fmt: skip
def test_constraints(unit: Organisation, name: str, make: Any) -> None:
    notice = sent(unit)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        make(notice, unit)


def test_many_unions_take_no_more_queries(
    street: Organisation, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    many = [builders.union(f"TT{number:03d}", street) for number in range(60)]
    clerk = builders.viewer_as("enrolment")
    with django_assert_max_num_queries(10):
        notice = sent(*many, by=clerk)
    with django_assert_max_num_queries(3):
        assert len(selectors.addressed(clerk, notice)) == 60


def test_pages(street: Organisation, unit: Organisation, agent: User) -> None:
    clerk = builders.client_for(builders.user("enrolment"))
    written = {"kind": "POLICY", "title": "2018年方案", "body": "第一段\n第二段"}
    wrong = clerk.post(
        reverse("members:notice-create"), {**written, "to": "codes", "codes": "TT001，ZZ9"}
    )
    assert wrong.status_code == 422
    assert "ZZ9" in wrong.content.decode()
    done = clerk.post(reverse("members:notice-create"), {**written, "to": str(street.pk)})
    notice = Notice.objects.get()
    assert done.headers["Location"] == reverse("members:notice-detail", args=[notice.pk])
    own = builders.client_for(agent)
    assert 'class="nav-badge">1<' in own.get("/").content.decode()
    page = own.get(done.headers["Location"])
    assert "第二段" in page.content.decode()
    own.post(reverse("members:notice-read", args=[notice.pk]))
    assert 'class="nav-badge">1<' not in own.get("/").content.decode()
    assert "1 个单位中 1 个已阅" in clerk.get(done.headers["Location"]).content.decode()
    letter = clerk.get(reverse("members:notice-letters", args=[notice.pk]))
    assert letter.content.startswith(b"%PDF-")
    unread = clerk.get(reverse("members:notice-letters", args=[notice.pk]) + "?unread=1")
    assert unread.status_code == 302  # everybody has read it


def test_the_letter_names_the_union_and_its_line(unit: Organisation) -> None:
    beside = builders.union("TT002", name="天坛公园工会")
    notice = notices.send(
        organisation_ids=[unit.pk, beside.pk], kind="REMINDER", by=builders.viewer_as("enrolment"),
        words=Words("请上报名单", "请尽快上报。", {unit.pk: "到期35人"}), on=ON,
    )  # fmt: skip
    units = selectors.addressed(builders.viewer_as("enrolment"), notice)
    with pdfplumber.open(io.BytesIO(exports.letters(notice, units))) as book:
        texts = {page.extract_text() for page in book.pages}
    assert len(texts) == 2
    (own,) = [text for text in texts if "天坛饭店工会" in text]
    assert "到期35人" in own
    assert "2018年3月1日" in own
    assert "到期" not in (texts - {own}).pop()
