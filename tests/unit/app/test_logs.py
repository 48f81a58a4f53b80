"""Logs never carry a secret, whatever was logged."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from app.logs import configure_logs


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, config = root.handlers[:], root.level, structlog.get_config()
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**config)


@pytest.mark.parametrize("style", ["console", "json"])
@pytest.mark.parametrize(
    "secret",
    [
        "xoxb-1234567890-abc",
        "xapp-1-A-123456789",
        "xoxp-99999999",
        "sk-abcdef123456",
        "postgresql://u:hunter2@h",
    ],
)
def test_tokens_and_passwords_are_taken_out(
    capsys: pytest.CaptureFixture[str], style: str, secret: str
) -> None:
    configure_logs(style=style, level="info")

    structlog.get_logger("test").info("seen", detail=f"it said {secret}!")
    logging.getLogger("other").warning("library says %s", secret)

    printed = capsys.readouterr().err
    assert "seen" in printed
    assert "library says" in printed
    assert secret.removeprefix("postgresql://u:").removesuffix("@h") not in printed


@pytest.mark.parametrize("style", ["console", "json"])
def test_a_traceback_prints_no_local_variables(capsys: pytest.CaptureFixture[str], style: str) -> None:
    configure_logs(style=style, level="info")

    def fail() -> None:
        prompt = "a very private prompt"
        raise RuntimeError(f"broken after {len(prompt)}")

    try:
        fail()
    except RuntimeError:
        structlog.get_logger("test").exception("failed")

    printed = capsys.readouterr().err
    assert "broken after 21" in printed
    assert "a very private prompt" not in printed.replace('prompt = "a very private prompt"', "")


def test_json_is_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(style="json", level="info")

    structlog.get_logger("test").info("seen", job="abc")

    (line,) = capsys.readouterr().err.splitlines()
    record = json.loads(line)
    assert (record["event"], record["job"], record["level"]) == ("seen", "abc", "info")


def test_libraries_that_print_requests_stay_quiet_at_debug(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(style="json", level="debug")

    logging.getLogger("slack_sdk.web").debug("the whole request")
    logging.getLogger("httpx").info("the whole address")

    assert capsys.readouterr().err == ""
