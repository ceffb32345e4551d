"""Whatever is logged, the numbers of persons are gone before it is written."""

import io
import logging
import logging.config
from typing import Any

import pytest
from django.conf import settings

from core.logs import HIDDEN, without_numbers

LOGGING: dict[str, Any] = settings.LOGGING
DOCUMENT, OLD_DOCUMENT, CARD, PHONE = (
    "11010519491231002X", "110105491231002", "6222020200012340123", "13800138000",
)  # fmt: skip


@pytest.mark.parametrize("number", [DOCUMENT, DOCUMENT.lower(), OLD_DOCUMENT, CARD, PHONE])
@pytest.mark.parametrize("around", ["{}", "证件号码{}不对", "/people/?q={}&x=1", "('{}',)", "-{}-"])
def test_numbers_are_hidden(number: str, around: str) -> None:
    assert without_numbers(around.format(number)) == around.format(HIDDEN)


@pytest.mark.parametrize(
    "text",
    ["CB2018-000412", "2018-11-23 14:02:11,123", "170000", "￥1234567.89", "job 20180101000017",
     "ff43a7c09d1122334455667788990011"],
)  # fmt: skip
def test_other_words_stay(text: str) -> None:
    assert without_numbers(text) == text


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What the console handler of settings.LOGGING writes."""
    stream = io.StringIO()
    configured = logging.config.DictConfigurator(LOGGING)
    formatter = configured.configure_formatter(dict(LOGGING["formatters"]["plain"]))
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    logger = logging.getLogger("tests.logs")
    monkeypatch.setattr(logger, "handlers", [handler])
    monkeypatch.setattr(logger, "propagate", False)
    return stream


def test_arguments_and_exceptions_are_rewritten_too(written: io.StringIO) -> None:
    log = logging.getLogger("tests.logs")
    log.warning("person %s with %s", DOCUMENT, {"card": CARD})
    try:
        raise ValueError(f"no such person: {DOCUMENT}") from KeyError(CARD)
    except ValueError:
        log.exception("failed for %s", PHONE)
    text = written.getvalue()
    assert text.count(HIDDEN) >= 5
    assert not any(number in text for number in (DOCUMENT, CARD, PHONE))


def test_every_handler_of_the_settings_formats_so() -> None:
    assert {handler["formatter"] for handler in LOGGING["handlers"].values()} == {"plain"}
    assert LOGGING["formatters"]["plain"]["()"] == "core.logs.WithoutNumbers"
    assert settings.CELERY_WORKER_HIJACK_ROOT_LOGGER is False
