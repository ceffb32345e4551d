"""import_enrolments FILE: the roster by which units enrol their people."""

from members.management.import_command import ImportCommand


class Command(ImportCommand):
    help = "Imports 参保名单, the roster by which units enrol their people."
    kind = "enrolments"
