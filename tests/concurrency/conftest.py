"""Threads commit for good: the tables are sown again after them (as in tests/faults)."""

from tests.faults.conftest import _sown_again, committed

__all__ = ["_sown_again", "committed"]
