"""Benchmarks commit for good, like the tests of faults, and leave the tables as they found them."""

from tests.faults.conftest import _sown_again, committed, environment

__all__ = ["_sown_again", "committed", "environment"]
