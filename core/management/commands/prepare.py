from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Everything between starting the servers and starting the web, in one process."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--static", action="store_true", help="collect the static files anew")
        parser.add_argument("--demo", default="", metavar="SCALE", help="load the demo district")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        if options["static"]:
            call_command("collectstatic", verbosity=0, interactive=False)
        if options["demo"]:
            call_command("demo", "--scale", options["demo"])
        call_command("demo_accounts")
