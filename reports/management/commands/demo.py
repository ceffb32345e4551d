from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models.functions import Now

from core.errors import RuleViolation
from core.models import JobRun, JobStatus
from members.models import Member
from reports.demo.loading import load

KIND = "reports.demo"


class OtherDistrict(RuleViolation):
    """The database holds another district already."""


class Command(BaseCommand):
    help = "Load the demo district: Dongcheng in 2018, at scale 1 with the article's figures."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--scale", type=float, default=1.0, help="1 is 170,000 members")
        parser.add_argument("--workers", type=int, default=2, help="processes that import")

    def handle(self, *args: Any, **options: Any) -> None:
        key = f"{options['scale']:g}"
        marker = JobRun.objects.filter(kind=KIND).first()
        if marker and marker.status == JobStatus.DONE:
            self.stdout.write(f"already loaded, scale {marker.key}")
            return
        if (marker and marker.key != key) or (not marker and Member.objects.exists()):
            raise OtherDistrict("This database holds another district; use an empty one.")
        marker = marker or JobRun.objects.create(
            kind=KIND, key=key, status=JobStatus.FAILED, error="loading did not end"
        )
        load(scale=options["scale"], say=self.stdout.write, workers=options["workers"])
        JobRun.objects.filter(pk=marker.pk).update(
            status=JobStatus.DONE, error="", finished_at=Now()
        )
