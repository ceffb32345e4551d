"""list_payments [--unpaid] --json: every payment with its claim, amount and status."""

from argparse import ArgumentParser
from typing import Any

from claims.selectors.payouts import payment_list
from members.management.plain_command import PlainCommand, viewer_named


class Command(PlainCommand):
    help = "Lists payments to members."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--unpaid", action="store_true", help="to be paid or returned only")

    def handle(self, *args: Any, **options: Any) -> None:
        payments = payment_list(viewer_named(options["as_user"]), unpaid=options["unpaid"])
        if options["json"]:
            self.print_json(payments)
            return
        for row in payments:
            self.stdout.write(
                f"{row['payment']}  {row['claim'] or '-'}  {row['amount']}  {row['status']}"
            )
