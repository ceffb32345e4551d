"""The reversal as a paper. Papers are Chinese."""

from datetime import datetime
from typing import Any

from django.utils import translation

from core.pdf import render_pdf
from policies.exports import capitals_line


def reversal_pdf(paper: Any, *, made_at: datetime) -> bytes:
    """The paper for a receipt or a remittance that was taken back, one page A4."""
    with translation.override("zh-hans"):
        return render_pdf(
            "print/reversal.html",
            {
                "paper": paper,
                "capitals": capitals_line(paper.amount),
                "period": f"冲销单号：{paper.number}",
                "as_of": made_at,
                "unit": "元",
                "seals": ["（区代办处盖章）"],
            },
            title="冲销单",
        )
