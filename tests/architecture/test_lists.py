"""Every declared list shows its columns, and each row without the one that a person hides."""

import re
from html import unescape
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from core.lists import Listing, listing
from tests import builders
from tests.architecture.test_access_table import build_world

# list -> who looks at it, and the key in the world of the record whose page it stands on
LOOKED_AT = {
    "members": ("enrolment", "members:member-list", None),
    "unions": ("enrolment", "members:organisation-list", None),
    "transfers": ("enrolment", "members:transfer-list", None),
    "accounts": ("auditor", "members:user-list", None),
    "imports": ("enrolment", "members:import-list", None),
    "jobs": ("enrolment", "members:job-list", None),
    "trail": ("auditor", "members:audit-list", None),
    "batches": ("enrolment", "policies:batch-list", None),
    "enrolments": ("enrolment", "policies:batch-detail", "batch"),
    "receipts": ("finance", "policies:receipt-list", None),
    "remittances": ("finance", "policies:remittance-list", None),
    "claims": ("reviewer", "claims:claim-list", None),
    "quarters": ("reviewer", "claims:quarter-list", None),
    "reimbursements": ("reviewer", "claims:quarter-detail", "2018Q1"),
    "payouts": ("finance", "claims:payout-list", None),
    "payments": ("finance", "claims:payout-detail", "payout"),
}
CHILDREN_ONLY = {"child", "consent"}  # of the plan for children


def _table(client: Client, address: str) -> tuple[list[str], list[int], str]:
    """The words of the list's headers, how wide each row is, and the classes of the table."""
    page = client.get(address).content.decode()
    assert page.count('class="list-bar"') == 1, address
    table = page.partition('class="list-bar"')[2].partition("<table")[2].partition("</table>")[0]
    head, _end, body = table.partition("</thead>")
    headers = [
        unescape(re.sub("<[^>]*>", "", cell)).strip()
        for cell in re.findall(r"<th .*?</th>", head, re.DOTALL)
    ]
    rows = []
    for row in re.findall(r"<tr\b.*?</tr>", body, re.DOTALL):
        spans = [re.search(r'colspan="(\d+)"', cell) for cell in re.findall(r"<t[hd]\b[^>]*>", row)]
        rows.append(sum(int(span[1]) if span else 1 for span in spans))
    return headers, rows, table.partition(">")[0]


def _hide(client: Client, found: Listing, hidden: str) -> None:
    answer = client.post(
        reverse("members:list-display", args=[found.name]),
        {"column": [c.name for c in found.columns if c.name != hidden], "density": "roomy"},
    )
    assert answer.status_code == 302


def _faults(client: Client, found: Listing, address: str) -> list[str]:
    """Each column is hidden in turn: its header goes, and one cell of every row."""
    headers, rows, _classes = _table(client, address)
    if not rows or set(rows) != {len(headers)}:
        return [f"{found.name}: {len(headers)} headers over rows of {sorted(set(rows))}"]
    faults = []
    for column in found.columns:
        if column.name in CHILDREN_ONLY and found.name == "enrolments":
            continue
        _hide(client, found, column.name)
        left, narrower, classes = _table(client, address)
        with override(settings.LANGUAGE_CODE):
            want = [word for word in headers if column.fixed or word != str(column.label)]
        if left != want or set(narrower) != {len(want)} or "roomy" not in classes:
            faults.append(f"{found.name}.{column.name}: {left} over {sorted(set(narrower))}")
    return faults


def test_every_list_is_looked_at() -> None:
    assert LOOKED_AT.keys() == settings.LISTS.keys()
    for name in settings.LISTS:
        assert listing(name).name == name
        assert any(column.fixed for column in listing(name).columns)


@pytest.mark.django_db
def test_every_list_is_shown_without_the_hidden_column() -> None:
    world: dict[str, Any] = build_world()
    faults: list[str] = []
    for name, (role, view, key) in LOOKED_AT.items():
        record = world.get(key, key) if key else None
        args = [getattr(record, "pk", record)] if record else []
        client = builders.client_for(builders.user(role))
        suffix = "?which=all" if name == "transfers" else ""
        faults += _faults(client, listing(name), reverse(view, args=args) + suffix)
    assert not faults, "\n".join(faults)
