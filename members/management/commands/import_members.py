"""import_members FILE: the roster of members."""

from members.management.import_command import ImportCommand


class Command(ImportCommand):
    help = "Imports 会员花名册, the roster of members."
    kind = "members"
