"""What a row of a centrally funded drive has to keep: its tier, its first day, who pays."""

from core.importing import Expression, Staging

CAMPAIGN = "JOIN policies_campaign g ON g.id = s.campaign_id"
# what is stored already is compared with the row in check_covers
FRESH = "s.policy_id IS NULL AND g.plan_version_id = s.version_id"
RULES = (
    (
        "g.status <> 'COLLECTING'",
        "该专项活动现在不收名单",
        "请与区总工会核实",
    ),
    (
        "s.tier_code IS NOT NULL AND s.tier_code <> g.tier",
        Expression("'该专项活动的档次是' || g.tier"),
        "请核对档次；不属于专项活动的请留空",
    ),
    (
        "s.starts_on <> g.starts_on",
        Expression("'该专项活动自' || g.starts_on || '起保'"),
        "请核对起保日期；不属于专项活动的请留空",
    ),
    (
        "s.funder <> 'DISTRICT'",
        "专项活动由区总工会出资",
        "请将出资方填为区总工会或留空",
    ),
)


def check_campaign_rules(staging: Staging) -> None:
    """UNKNOWN_CAMPAIGN where a new row does not fit the campaign that it names."""
    for wrong, message, advice in RULES:
        staging.flag(
            "UNKNOWN_CAMPAIGN",
            "专项活动",
            f"{FRESH} AND {wrong}",
            joins=CAMPAIGN,
            message=message,
            advice=advice,
        )
