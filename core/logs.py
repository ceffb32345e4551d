"""No number of a person in a log: every record is rewritten before it is written."""

import logging
import re
from typing import Final

# resident numbers with their X, and what is as long as an identity or a card number
NUMBERS: Final = re.compile(
    r"(?<![0-9A-Za-z])(?:\d{17}[\dXx]|\d{15,19}|1[3-9]\d{9})(?![0-9A-Za-z])"
)
HIDDEN: Final = "[number]"


def without_numbers(text: str) -> str:
    """The text with every number that may be a person's hidden wholly."""
    return NUMBERS.sub(HIDDEN, text)


class WithoutNumbers(logging.Formatter):
    """Formats a record, its arguments and its traceback, and hides the numbers in the result.

    A formatter and not a filter: only here the whole text exists, the traceback and the message of
    the exception included, and no record comes past it.
    """

    def format(self, record: logging.LogRecord) -> str:
        return without_numbers(super().format(record))
