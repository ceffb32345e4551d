"""What a roster changes in the life of memberships, written down before the rows are updated."""

from core.importing import Context, Staging

EVENTS = """
INSERT INTO members_membershipevent (member_id, kind, source_id, target_id, status_before,
    status_after, "on", reason, origin, recorded_by_id)
SELECT m.id, 'TRANSFERRED', m.organisation_id, s.organisation_id, '', '', %s::date, '', 'ROSTER',
    %s::bigint
FROM import_rows s JOIN members_member m ON m.id = s.member_id
WHERE NOT s.bad AND s.action = 'update' AND m.organisation_id <> s.organisation_id
UNION ALL
SELECT m.id, CASE s.status WHEN 'IN_SERVICE' THEN 'RETURNED' ELSE s.status END, s.organisation_id,
    NULL, m.status, s.status, %s::date, '', 'ROSTER', %s::bigint
FROM import_rows s JOIN members_member m ON m.id = s.member_id
WHERE NOT s.bad AND s.action = 'update' AND s.status <> m.status
UNION ALL
SELECT m.id, 'CATEGORY', s.organisation_id, NULL, m.category, s.category, %s::date, '', 'ROSTER',
    %s::bigint
FROM import_rows s JOIN members_member m ON m.id = s.member_id
WHERE NOT s.bad AND s.action = 'update' AND s.category <> m.category
"""
CARDS = """
INSERT INTO members_membercard (member_id, card_index, card_sealed, issued_on, valid_until,
    replaced_on, reason, recorded_by_id)
SELECT m.id, m.card_index, m.card_sealed, m.card_issued_on, m.card_valid_until, %s::date,
    'ROSTER', %s::bigint
FROM import_rows s JOIN members_member m ON m.id = s.member_id
WHERE NOT s.bad AND s.action = 'update' AND s.card_index <> m.card_index
"""


def check(staging: Staging) -> None:
    """A card that another member had before is not given to a second person."""
    staging.flag(
        "CARD_SHARED", "京卡卡号", "h.member_id IS DISTINCT FROM s.member_id",
        joins="JOIN members_membercard h ON h.card_index = s.card_index",
        message="该卡号曾登记在其他会员名下", advice="请核对京卡",
    )  # fmt: skip


def note(staging: Staging, context: Context) -> None:
    """The moves, changes of status or category, replaced cards of the rows about to change."""
    values = (context.today, context.requested_by_id)
    staging.execute(EVENTS, values * 3)
    staging.execute(CARDS, values)
