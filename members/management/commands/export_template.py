"""export_template NAME FILE: the empty workbook that people fill."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings

from core.importing.templates import template_of
from members.management.plain_command import PlainCommand, Unusable
from members.services.imports import kind_named


class Command(PlainCommand):
    help = "Writes the template workbook of an import."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", metavar="NAME", choices=sorted(settings.IMPORT_KINDS))
        parser.add_argument("file", metavar="FILE", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        target: Path = options["file"]
        if not target.parent.is_dir():
            raise Unusable(f"没有文件夹 {target.parent}")
        target.write_bytes(template_of(kind_named(options["name"])))
        if options["json"]:
            self.print_json({"name": options["name"], "file": str(target)})
        else:
            self.stdout.write(str(target))
