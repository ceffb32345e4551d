"""rotate_keys: seal the personal data under the current key, or under a new one."""

import time
from typing import Any

from django.core.management.base import CommandParser

from core import crypto, rotation
from members.management.plain_command import PlainCommand, viewer_named
from members.services import keys


class Command(PlainCommand):
    help = "Seals all personal data under the current key; goes on where it was interrupted."

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group()
        which.add_argument(
            "--algorithm", choices=sorted(crypto.ALGORITHMS), default="",
            help="first make a new key of this algorithm",
        )  # fmt: skip
        which.add_argument("--index", action="store_true", help="change the key of the hashes")
        which.add_argument("--retire", type=int, metavar="ID", help="take out a key nobody uses")
        which.add_argument("--usage", action="store_true", help="only tell which key is used where")

    def handle(self, *_args: Any, **options: Any) -> None:
        by, started, written = viewer_named(options["as_user"]), time.perf_counter(), 0
        if options["retire"] is not None:
            keys.retire(key=options["retire"], by=by)
        elif options["index"]:
            written = keys.rotate_index(tell=self._tell, by=by)
        elif not options["usage"]:
            written = keys.rotate(algorithm=options["algorithm"], tell=self._tell, by=by)
        seconds = max(time.perf_counter() - started, 0.001)
        used = [vars(each) for each in rotation.usage()]
        if options["json"]:
            self.print_json({"current": crypto.keys().current, "written": written, "usage": used})
            return
        for each in used:
            self.stdout.write(f"{each['name']}\t密钥{each['key'] or '无'}\t{each['count']}")
        self.stdout.write(
            f"当前密钥{crypto.keys().current}，写入{written}，{seconds:.1f}秒，"
            f"每秒{written / seconds:.0f}"
        )

    def _tell(self, name: str, written: int) -> None:
        self.stderr.write(f"{name} {written}")
