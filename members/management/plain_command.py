"""What all commands share: one line on stderr and exit code 2 when the arguments are unusable."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from core.errors import RuleViolation
from members.access import Viewer
from members.models import User
from members.selectors import viewer_for

REFUSED = 2


class Unusable(RuleViolation):
    """The arguments cannot be used."""


class PlainCommand(BaseCommand):
    """A command that refuses in one line on stderr, with nothing on stdout and no traceback."""

    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.add_argument(
            "--as", dest="as_user", default="system", metavar="USERNAME",
            help="on whose behalf (default: the system)",
        )  # fmt: skip
        parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
        return parser

    def run_from_argv(self, argv: list[str]) -> None:
        """Run from the command line; `handle` leaves by sys.exit where the code is not 0."""
        try:
            options = vars(self.create_parser(argv[0], argv[1]).parse_args(argv[2:]))
            self.execute(*options.pop("args", ()), **options)
        except (RuleViolation, CommandError) as refusal:
            sys.stderr.write(" ".join(str(refusal).split()) + "\n")
            sys.exit(REFUSED)
        finally:
            connections.close_all()

    def print_json(self, document: Any) -> None:
        self.stdout.write(json.dumps(document, ensure_ascii=False, indent=2))


def viewer_named(username: str) -> Viewer:
    """The viewer of --as; Unusable when there is no such active account."""
    if username == "system":
        return Viewer.system()
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise Unusable(f"--as：没有账号 {username}")
    return viewer_for(user)
