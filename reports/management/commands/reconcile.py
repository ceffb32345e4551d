"""reconcile: prove the invariants in SQL; exit 1 names each broken row."""

import sys
from dataclasses import asdict
from typing import Any

from members.management.plain_command import PlainCommand
from reports.selectors.invariants import invariants


class Command(PlainCommand):
    help = "Prove the invariants of the office in SQL; exit 1 and each broken row when one fails."

    def handle(self, *_args: Any, **options: Any) -> None:
        results = [(invariant, invariant.broken()) for invariant in invariants()]
        if options["json"]:
            self.print_json(
                [
                    {"invariant": invariant.code, "sentence": invariant.sentence,
                     "broken": [asdict(row) for row in broken]}
                    for invariant, broken in results
                ]
            )  # fmt: skip
        else:
            self._print(results)
        if any(broken for _invariant, broken in results):
            sys.exit(1)

    def _print(self, results: list[Any]) -> None:
        for invariant, broken in results:
            verdict = f"{len(broken)} broken" if broken else "ok"
            self.stdout.write(f"{invariant.code}\t{verdict}\t{invariant.sentence}")
            for row in broken:
                self.stdout.write(f"\t{row.row}\tis {row.found}\tshould be {row.expected}")
