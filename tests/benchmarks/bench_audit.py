"""What the trail costs: a roster with and without its triggers, and two other ways of writing it.

BENCH_SCALE (default 0.2: 34,000 members) sets the size, as in bench_rosters. The other ways: the
whole new row into an event table by statement (what pghistory does) and row by row.
"""

import sys
from pathlib import Path

import pytest
from django.db import connection

from core import chain
from members.access import Viewer
from members.models import Member
from members.services.imports import import_directly
from reports.demo import workbooks
from reports.demo.district import district
from tests.benchmarks.bench_rosters import DAY, SCALE, bring_in, seconds, write

ROUNDS = 3
TABLE = """
CREATE TABLE member_event (LIKE members_member, event_id bigserial PRIMARY KEY,
                           event_at timestamptz, label text);
CREATE INDEX ON member_event (id);
CREATE FUNCTION member_event() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO member_event SELECT n.*, nextval('member_event_event_id_seq'), now(), 'insert'
    FROM new_rows n;
  RETURN NULL;
END $$;
CREATE FUNCTION member_event_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO member_event SELECT NEW.*, nextval('member_event_event_id_seq'), now(), 'insert';
  RETURN NULL;
END $$
"""
BY_STATEMENT = """
CREATE TRIGGER member_event AFTER INSERT ON members_member REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION member_event()
"""
BY_ROW = """
CREATE TRIGGER member_event AFTER INSERT ON members_member
  FOR EACH ROW EXECUTE FUNCTION member_event_row()
"""
OFF = "DROP TRIGGER member_event ON members_member; TRUNCATE member_event"
WAYS = {
    "without a trail": ("SELECT 1", "SELECT 1"),
    "writesets and row changes": (
        "SELECT core_track('members_member')", "SELECT core_untrack('members_member')",
    ),
    "whole rows, by statement": (BY_STATEMENT, OFF),
    "whole rows, row by row": (BY_ROW, OFF),
}  # fmt: skip
LINKS = """
INSERT INTO core_auditevent (action, subject, by_id, path, details)
SELECT 'claim.review', 'claim:' || n, 1, '0001/0007/', jsonb_build_object('amount', n::text)
  FROM generate_series(1, %s) n
"""


def run(statement: str, values: list[int] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def tell(name: str, rows: int, took: float, least: float) -> None:
    sys.stdout.write(f"{name:<34}{rows:>9,} rows {took:7.2f} s  {took / least - 1:+7.1%}\n")


def a_district(folder: Path) -> Path:
    """The unions and their members, once; the workbook of the members, for more."""
    home = district(SCALE)
    import_directly(
        kind="unions", path=write(folder, "单位名录", workbooks.UNIONS, workbooks.unions(SCALE)),
        options={}, by=Viewer.system(), on=DAY, commit=True,
    )  # fmt: skip
    people = write(
        folder, "会员花名册", workbooks.MEMBERS,
        (row for parent in home.parents for row in workbooks.members(SCALE, parent)),
    )  # fmt: skip
    bring_in("members", people)()
    run("SELECT core_untrack('members_member')")
    return people


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("committed")
def test_the_insert_alone(tmp_path: Path) -> None:
    a_district(tmp_path)
    run("CREATE TABLE member_kept AS SELECT * FROM members_member")
    run(TABLE)
    best = dict.fromkeys(WAYS, float("inf"))
    for _round in range(ROUNDS + 2):
        for name, (switch_on, switch_off) in WAYS.items():
            run("TRUNCATE members_member CASCADE")
            run(switch_on)
            took = seconds(lambda: run("INSERT INTO members_member SELECT * FROM member_kept"))
            best[name] = min(best[name], took)
            run(switch_off)
    count = Member.objects.count()
    for name, took in best.items():
        tell(f"INSERT alone, {name}", count, took, best["without a trail"])
    tidy()


def tidy() -> None:
    """The schema as the next benchmark expects it."""
    run("DROP TABLE IF EXISTS member_event, member_kept")
    run("DROP FUNCTION IF EXISTS member_event(), member_event_row()")
    run("SELECT core_track('members_member')")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("committed")
def test_the_cost_of_the_trail(tmp_path: Path) -> None:
    people = a_district(tmp_path)
    count = Member.objects.count()

    def first_time() -> float:
        run("TRUNCATE members_member CASCADE")
        return seconds(bring_in("members", people))

    best = dict.fromkeys(WAYS, float("inf"))
    run(TABLE)
    for _round in range(ROUNDS):  # in turns, because a machine is not equally fast all the time
        for name, (switch_on, switch_off) in WAYS.items():
            run(switch_on)
            best[name] = min(best[name], first_time())
            run(switch_off)
    tidy()
    for name, took in best.items():
        tell(name, count, took, best["without a trail"])

    links = int(1_000_000 * SCALE)
    run(LINKS, [links])
    took = seconds(lambda: chain.seal())
    sys.stdout.write(f"{'sealing':<34}{links:>9,} links {took:6.2f} s\n")
    proof = chain.verify()
    assert proof.faults == []
    sys.stdout.write(f"{'verifying':<34}{proof.links:>9,} links {proof.seconds:6.2f} s\n")
