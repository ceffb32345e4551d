"""What every test needs: real servers, files of its own, and a word about the browser."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from django.conf import settings

CHROMIUM = shutil.which("chromium")
NO_BROWSER = "no chromium on this machine: sudo apt-get install chromium fonts-noto-cjk"
FOLDER = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    """Uploads go to a folder of this process, static files come unhashed from their sources."""
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    folder = config.stash[FOLDER] = Path(tempfile.mkdtemp(prefix="pytest-", dir=settings.VAR_DIR))
    settings.STORAGES = {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": folder / "files"},
        },
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.SECOND_FACTOR = "offered"  # a test that demands it says so
    settings.AUDIT_ANCHORS = ""  # most tests roll the chain back; those that keep an end say so
    settings.STATIC_ROOT = folder  # empty, but WhiteNoise wants it to exist
    # one Redis for all processes: each has its own cache keys and rings its own bells
    settings.CACHES["default"]["KEY_PREFIX"] = folder.name
    settings.CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"] = f"{folder.name}."


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(config.stash[FOLDER], ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a browser its tests are skipped with the reason said; CI does not accept that."""
    if CHROMIUM:
        return
    for item in items:
        if item.get_closest_marker("browser"):
            if os.environ.get("REQUIRE_BROWSER") == "1":
                raise pytest.UsageError(NO_BROWSER)
            item.add_marker(pytest.mark.skip(reason=NO_BROWSER))
