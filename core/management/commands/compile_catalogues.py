"""Compile the translations: every .po of the apps becomes the .mo that Django reads."""

from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand


def compile_all(root: Path) -> list[Path]:
    """Write the .mo beside every catalogue below root that is older than its .po; return those."""
    written = []
    for source in sorted(root.glob("*/locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        polib.pofile(str(source)).save_as_mofile(str(target))
        written.append(target)
    return written


class Command(BaseCommand):
    help = "Compiles the translations (.po to .mo) without gettext tools."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        written = compile_all(Path(settings.BASE_DIR))
        self.stdout.write(f"{len(written)} catalogues compiled")
