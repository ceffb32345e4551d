"""Arithmetic without a hidden rounding: the contract sets no bound to the number of shares.

Within this context only `core.money.to_fen` rounds. The precision holds any product of an amount
with the largest whole number that a JSON reader accepts.
"""

from decimal import ROUND_HALF_UP, Context

EXACT = Context(prec=10_000, rounding=ROUND_HALF_UP)
