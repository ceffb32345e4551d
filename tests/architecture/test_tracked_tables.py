"""Every table is tracked by the trail of writes, or says here why not."""

import pytest
from django.apps import apps
from django.db import connection

APPS = ("core", "members", "ledger", "policies", "claims", "reports")
NOT_TRACKED = {
    "core_auditevent": "the trail itself",
    "core_auditlink": "the trail itself",
    "core_writeset": "the trail itself",
    "core_rowchange": "the trail itself",
    "core_jobrun": "a queue: what a job writes is tracked where it writes",
    "core_storedfile": "its key is no number; a row is never changed and is named by its record",
    "core_numberseries": "a counter: the numbers stand on the documents",
    "members_session": "a browser that is signed in: coming and going are events of their own",
    "members_listsetting": "how a person likes his columns: nobody's data, and read by him alone",
    "members_importissue": "findings about a workbook, made again from the kept original",
}


@pytest.mark.django_db
def test_every_table_is_tracked_or_says_why_not() -> None:
    tables = {m._meta.db_table for m in apps.get_models() if m._meta.app_label in APPS}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'writes_%'"
            " AND tgenabled = 'O' GROUP BY 1 HAVING count(*) = 3"
        )
        tracked = {name for (name,) in cursor.fetchall()}
    assert tables - tracked == NOT_TRACKED.keys()
    assert tracked - tables == set()
