"""import_settlements FILE --quarter 2018Q1: one quarter's settlements of the medical insurance."""

from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

from core.periods import Period
from members.management.import_command import ImportCommand
from members.management.plain_command import Unusable


class Command(ImportCommand):
    help = "Imports 二次报销结算, the settlements of a quarter."
    kind = "settlements"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--quarter", required=True, help="such as 2018Q1")

    def import_options(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """The quarter, checked before the file is opened."""
        try:
            period = Period.parse(options["quarter"])
        except ValueError as error:
            raise Unusable(f"--quarter {error}") from error
        if not period.quarter:
            raise Unusable(f"--quarter {period}: expected a quarter like {period}Q1")
        return {"quarter": str(period)}
