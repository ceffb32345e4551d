"""verify_audit: prove that the trail stands as it was sealed; exit 1 names each bad row."""

import sys
from typing import Any

from django.core.management.base import CommandParser

from members.management.plain_command import PlainCommand, viewer_named
from members.services.trail import verify_trail


class Command(PlainCommand):
    help = "Prove the audit trail: exit 1 and each altered, missing or added row when it fails."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--anchor", default="", metavar="HASH", help="an earlier head that must still be there"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        proof = verify_trail(by=viewer_named(options["as_user"]), anchor=options["anchor"])
        if options["json"]:
            self.print_json(proof.as_json())
        else:
            for fault in proof.faults:
                self.stdout.write(f"{fault.row}\t{fault.what}")
            verdict = f"{len(proof.faults)} faults" if proof.faults else "ok"
            self.stdout.write(f"{verdict}\t{proof.links} links\t{proof.seconds} s\t{proof.head}")
        if proof.faults:
            sys.exit(1)
