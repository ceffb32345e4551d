"""What the commands of this room share: exit codes, one line on stderr, on whose behalf."""

import json
import sys
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from members.access import Viewer
from members.models import User
from members.selectors import viewer_for


class Unusable(RuleViolation):
    """The arguments cannot be used: one line on stderr, exit code 2."""


class PlainCommand(BaseCommand):
    """Answers on stdout, refuses in one line on stderr, never shows a traceback."""

    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.add_argument("--as", dest="as_user", default="system", metavar="USERNAME")
        parser.add_argument("--json", action="store_true", help="One JSON document on stdout")
        return parser

    def run_from_argv(self, argv: list[str]) -> None:
        try:
            options = vars(self.create_parser(argv[0], argv[1]).parse_args(argv[2:]))
            self.execute(*options.pop("args", ()), **options)
        except (RuleViolation, CommandError) as refusal:
            sys.stderr.write(" ".join(str(refusal).split()) + "\n")
            sys.exit(2)
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
        raise Unusable(_("--as: there is no account %s.") % username)
    return viewer_for(user)


def day_named(option: str, text: str | None, default: date) -> date:
    """The day of an option like --as-of."""
    try:
        return date.fromisoformat(text) if text else default
    except ValueError as error:
        raise Unusable(
            _("%(option)s: %(text)s is no day, write 2019-01-31.")
            % {"option": option, "text": text}
        ) from error
