from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.errors import RuleViolation
from members import selectors
from members.access import Viewer
from members.permissions import Role
from members.services import accounts


class Command(BaseCommand):
    help = "Make an account at the district; how a new installation gets its first administrator."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("full_name")
        parser.add_argument("--role", choices=Role.values, default=Role.ADMIN.value)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = accounts.create_account(
                username=options["username"],
                full_name=options["full_name"],
                role=Role(options["role"]),
                organisation_id=selectors.district().pk,
                by=Viewer.system(),
            )
        except RuleViolation as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{made.user.username}  {made.password}")
