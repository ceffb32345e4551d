"""A worker for one test process: its own database by DATABASE_URL, its own bells and cache keys.

Run as `python -m tests.browser.worker PREFIX`; the prefix is the one tests/conftest.py has set.
"""

import sys

from django.conf import settings

from config.celery import app


def main(prefix: str) -> None:
    settings.CACHES["default"]["KEY_PREFIX"] = prefix
    settings.CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"] = f"{prefix}."
    app.worker_main(
        ["worker", "--pool=solo", "--queues=celery,batch", "--without-mingle", "--without-gossip"]
    )


if __name__ == "__main__":
    main(sys.argv[1])
