"""The roster of a batch on paper: printed, sealed by the union, scanned and attached."""

from datetime import datetime
from typing import Any

from django.utils import translation

from core.money import in_capitals
from core.pdf import render_pdf
from policies import selectors
from policies.selectors.groups import group_of


def roster_pdf(batch: Any, *, made_at: datetime) -> bytes:
    """The lines of a batch as A4 with capitals and room for the seal, numbers masked."""
    with translation.override("zh-hans"):
        capitals = in_capitals(batch.amount).removeprefix("人民币")
        title = f"{batch.organisation.name} 参保名册"
        return render_pdf(
            "print/batch_roster.html",
            {
                "batch": batch,
                "number": batch.number,
                "lines": selectors.shown_lines(selectors.lines_of(batch)),
                "cover": selectors.batch_cover(batch),
                "group": group_of(batch),
                "doubt": selectors.price_doubt(batch.plan_version),
                "capitals": f"人民币（大写）{capitals}　￥{batch.amount:,.2f}",
                "period": f"批次号：{batch.number}",
                "as_of": made_at,
                "unit": "元",
                "seals": ["（单位工会盖章）", "（区代办处受理）"],
            },
            title=title,
        )
