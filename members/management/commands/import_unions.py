"""import_unions FILE: the directory of unions."""

from members.management.import_command import ImportCommand


class Command(ImportCommand):
    help = "Imports 单位名录, the directory of unions."
    kind = "unions"
