"""Numbers of documents: CB2018-000412. Gap-free within a prefix and year.

The number is taken in the caller's transaction: the row of the series stays locked until it ends,
and a transaction that is rolled back gives its number back.
"""

from django.db import connection

TAKE = """
INSERT INTO core_numberseries (prefix, year, last) VALUES (%s, %s, %s)
ON CONFLICT (prefix, year) DO UPDATE SET last = core_numberseries.last + excluded.last
RETURNING last
"""


def next_number(prefix: str, year: int) -> str:
    """The next number of a series."""
    return next_numbers(prefix, year, 1)[0]


def next_numbers(prefix: str, year: int, count: int) -> list[str]:
    """The next `count` numbers of a series, in one step however many."""
    if count < 1:
        return []
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [prefix, year, count])
        last = cursor.fetchone()[0]
    return [numbered(prefix, year, number) for number in range(last - count + 1, last + 1)]


def numbered(prefix: str, year: int, number: int) -> str:
    """Write a number the way documents carry it."""
    return f"{prefix}{year}-{number:06d}"
