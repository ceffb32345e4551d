from typing import Any

from django.core.management.base import BaseCommand

from members.models import User
from reports.demo.staff import ACCOUNTS, PASSWORD


class Command(BaseCommand):
    help = "Print the accounts of the demo district."

    def handle(self, *args: Any, **options: Any) -> None:
        there = set(User.objects.values_list("username", flat=True))
        for username, full_name, role, code in ACCOUNTS:
            if username in there:
                self.stdout.write(
                    f"  {username:<11} {PASSWORD}   {role.label} · {full_name} · {code}"
                )
