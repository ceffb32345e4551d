"""report NAME --period 2018Q1|2018 [--union CODE] [--as-of DAY] [--format xlsx|pdf --out DIR]"""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from core import clock
from core.periods import Period
from members.management.plain_command import PlainCommand, Unusable, viewer_named
from members.permissions import Permission
from reports.definitions import report_named
from reports.definitions.base import Filled, Report, plain
from reports.definitions.comparison import compared
from reports.selectors.scope import Scope, scope_for
from reports.services.rendering import rendered


def period_named(text: str) -> Period:
    try:
        return Period.parse(text)
    except ValueError as error:
        raise Unusable(_("--period: %s is no period, write 2018 or 2018Q1.") % text) from error


def day_named(option: str, text: str | None, default: date) -> date:
    """The day of an option like --as-of."""
    try:
        return date.fromisoformat(text) if text else default
    except ValueError as error:
        raise Unusable(
            _("%(option)s: %(text)s is no day, write 2019-01-31.")
            % {"option": option, "text": text}
        ) from error


class Command(PlainCommand):
    help = "Print a report of a period, or write it as a file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", metavar="NAME")
        parser.add_argument("--period", required=True)
        parser.add_argument("--union", default=None, metavar="CODE")
        parser.add_argument("--as-of", default=None, metavar="DAY")
        parser.add_argument("--format", choices=("xlsx", "pdf"), default=None)
        parser.add_argument("--out", default=None, metavar="DIR")

    def handle(self, *_args: Any, **options: Any) -> None:
        viewer = viewer_named(options["as_user"])
        report = report_named(options["name"])
        if not viewer.can(Permission.REPORT_VIEW):
            raise Unusable(_("The account %s may not see reports.") % viewer.username)
        period = period_named(options["period"])
        as_of = day_named("--as-of", options["as_of"], clock.today())
        scope = scope_for(viewer, options["union"])
        filled = report.filled(scope, period, as_of)
        path = self._written(report, filled, options) if options["format"] else None
        if options["json"]:
            self.print_json(filled.document())
            return
        if path:
            self.stdout.write(str(path))
            return
        with translation.override("zh-hans"):
            self._print(report, filled)
            self._compare(filled, scope)

    def _written(self, report: Report, filled: Filled, options: dict[str, Any]) -> Path:
        folder = Path(options["out"] or ".")
        if not folder.is_dir():
            raise Unusable(_("--out: there is no folder %s.") % folder)
        file = rendered(report, filled, options["format"], made_at=clock.now())
        path = folder / file.name
        try:
            path.write_bytes(file.content)
        except OSError as error:
            raise Unusable(_("--out: %s cannot be written.") % path) from error
        return path

    def _print(self, report: Report, filled: Filled) -> None:
        self.stdout.write(f"{report.title} {filled.period} {filled.union_name}（{filled.as_of}）")
        for figure in report.figures:
            if figure.key in filled.figures:
                self.stdout.write(f"{figure.title}\t{plain(filled.figures[figure.key])}")
                self.stdout.write(f"\t{figure.definition}")

    def _compare(self, filled: Filled, scope: Scope) -> None:
        """The newspaper's figures of 2018 beside ours."""
        for line in compared(filled, scope):
            self.stdout.write(f"{line.words}\t{line.ours_text}\t{line.verdict.label}")
