"""create_user USERNAME --role ROLE --union CODE: an account with a one-time password."""

from argparse import ArgumentParser
from typing import Any

from members.management.plain_command import PlainCommand, Unusable, viewer_named
from members.permissions import Permission, Role
from members.selectors import visible_organisations
from members.services.accounts import create_account


class Command(PlainCommand):
    help = "Makes an account and prints its one-time password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", metavar="USERNAME")
        parser.add_argument("--role", required=True, choices=Role.values)
        parser.add_argument("--union", required=True, metavar="CODE")
        parser.add_argument("--name", default="", help="full name")

    def handle(self, *args: Any, **options: Any) -> None:
        viewer = viewer_named(options["as_user"])
        code = options["union"].strip().upper()
        union = visible_organisations(viewer, Permission.USER_CREATE).filter(code=code).first()
        if union is None:
            raise Unusable(f"--union：没有单位编号 {code}")
        made = create_account(
            username=options["username"],
            full_name=options["name"],
            role=Role(options["role"]),
            organisation_id=union.pk,
            by=viewer,
        )
        if options["json"]:
            self.print_json({"username": made.user.username, "password": made.password})
        else:
            self.stdout.write(made.password)
