"""import_claims FILE: claims that units hand in as a workbook."""

from members.management.import_command import ImportCommand


class Command(ImportCommand):
    help = "Imports 理赔申请, claims."
    kind = "claims"
