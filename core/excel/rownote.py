"""What the error workbook says beside one row."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class RowNote:
    """What is written beside one row: the three texts, and the columns of the wrong cells."""

    verdict: str = "警告"
    reasons: list[str] = field(default_factory=list)
    advice: list[str] = field(default_factory=list)
    wrong: set[int] = field(default_factory=set)

    def texts(self) -> tuple[str, str, str]:
        """The cells under the three headers."""
        return self.verdict, "；".join(self.reasons), "；".join(dict.fromkeys(self.advice))
