"""Logs never carry a secret, whatever was logged."""

import json
import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from urllib.parse import quote

import pytest
import structlog

from app import logs
from app.logs import configure_logs, hide, name_replica
from app.redaction import Redaction

CANARY = 'pa"ss/word=42\\é'
"""A configured secret that is written differently in JSON, in an address and by ``repr``."""


@pytest.fixture(autouse=True)
def _restored(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, config = root.handlers[:], root.level, structlog.get_config()
    monkeypatch.setattr(logs, "_redaction", Redaction())
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    yield
    logging.captureWarnings(False)
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**config)


def _forms(secret: str) -> list[str]:
    """Whatever a reader could turn back into it."""
    plain = [secret, repr(secret)[1:-1], repr(secret.encode())[2:-1], quote(secret, safe=""), quote(secret)]
    return plain + [json.dumps(form)[1:-1] for form in plain]


def _log_everywhere(secret: str) -> None:
    """Every way in which a secret comes into a line."""
    log = structlog.get_logger("test")
    log.info(
        "seen", detail=f"it said {secret}!", nested={"deep": [{"er": (secret, f"https://h/?k={secret}")}]}
    )
    log.info(f"event with {secret}", **{"bytes": secret.encode(), "error": ValueError(secret)})
    log.info("seen", address=f"https://h/?key={quote(secret, safe='')}&x=1")
    logging.getLogger("other").warning("library says %s and %r", secret, {"nested": secret})
    try:
        try:
            raise KeyError(secret)
        except KeyError as inner:
            inner.add_note(f"a note with {secret}")
            raise RuntimeError(f"broken by {secret}") from inner
    except RuntimeError:
        log.exception("failed", why=secret)
        logging.getLogger("other").exception("failed, too")
        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]

    def dies() -> None:
        raise LookupError(secret)

    thread = threading.Thread(target=dies)
    thread.start()
    thread.join()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(f"warned of {secret}", stacklevel=1)
    logging.getLogger("other").warning("only %d number", secret)


@pytest.mark.parametrize("style", ["console", "json"])
@pytest.mark.parametrize(
    "secret",
    [
        CANARY,
        "plain-and-long",
        "xoxb-1234567890-abc",
        "xoxe.xoxp-1-Mi0yLTk",
        "xoxe-1-My0xLTk5",
        "xapp-1-A-123456789",
        "xwfp-1-secret-of-a-step",
        "sk-abcdef123456",
    ],
)
def test_no_form_of_a_secret_is_printed_whatever_it_is_in(
    capsys: pytest.CaptureFixture[str], style: str, secret: str
) -> None:
    configured = [] if secret.startswith(("x", "sk-")) else [secret]
    configure_logs(style=style, level="debug", secrets=configured)

    _log_everywhere(secret)

    printed = capsys.readouterr()
    assert printed.err.count("[secret]") > 12
    found = [form for form in _forms(secret) if form in printed.out + printed.err]
    assert found == []
    assert "broken by" in printed.err, "what went wrong is still told"
    if style == "json":
        lines = [line for line in printed.err.splitlines() if not line.startswith("a line of other")]
        assert all(json.loads(line)["level"] for line in lines)


def test_a_secret_of_a_few_letters_is_not_looked_for(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(style="json", level="info", secrets=["abc"])

    structlog.get_logger("test").info("abcdef")

    assert "abcdef" in capsys.readouterr().err


def test_a_secret_that_is_made_later_is_hidden_from_then_on(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(style="json", level="info")
    hide("made-just-now-and-kept")

    structlog.get_logger("test").info("made", key="made-just-now-and-kept")

    assert json.loads(capsys.readouterr().err)["key"] == "[secret]"


def test_one_of_several_processes_names_itself_in_every_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "_in_every_line", {})
    configure_logs(style="json", level="info")
    name_replica("a-1")

    structlog.get_logger("test").info("seen")
    logging.getLogger("other").warning("seen, too")

    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["replica"] for line in lines] == ["a-1", "a-1"]


TOKEN = f"68f1c3a2-{'s' * 22}.{'m' * 43}"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("https://hooks.slack.com/commands/T1/2/abc said no", "https://hooks.slack.com[secret] said no"),
        ("u=https%3A%2F%2Fhooks.slack.com%2Fservices%2FT1%2FB2", "u=https%3A%2F%2Fhooks.slack.com[secret]"),
        ("https://hooks.slack-gov.com/x/y", "https://hooks.slack-gov.com[secret]"),
        (r"https:\/\/hooks.slack.com\/commands\/T1\/2\/abc", r"https:\/\/hooks.slack.com[secret]"),
        (r"https:\\/\\/hooks.slack.com\\/commands\\/T1\\/abc\\", r"https:\\/\\/hooks.slack.com[secret]\\"),
        (r"https:\/\/hooks.slack-gov.com\/x\/y", r"https:\/\/hooks.slack-gov.com[secret]"),
        (r"https:\/\/files.slack.com\/upload\/v1\/ABC", r"https:\/\/files.slack.com\/upload\/[secret]"),
        (r"\\/\\/files.slack.com\\/upload\\/v1\\/ABC", r"\\/\\/files.slack.com\\/upload\\/[secret]"),
        (r"postgresql:\/\/u:hunter2@h\/d", r"postgresql:\/\/[secret]@h\/d"),
        ("PUT https://files.slack.com/upload/v1/ABC", "PUT https://files.slack.com/upload/[secret]"),
        ("wss://wss-primary.slack.com/link/?ticket=1-2&app_id=3", "wss://wss-primary.slack.com/link/?ticket=[secret]&app_id=3"),
        ("https://b/x?X-Amz-Date=1&X-Amz-Signature=0a1b", "https://b/x?X-Amz-Date=1&X-Amz-Signature=[secret]"),
        ("postgresql://u:hunter2@h/d", "postgresql://[secret]@h/d"),
        ("redis://:hunter2@h", "redis://[secret]@h"),
        (f"GET /media/{TOKEN} 200", "GET /media/[secret] 200"),
        (f"u=https%3A%2F%2Fb%2Fmedia%2F{TOKEN}", "u=https%3A%2F%2Fb%2Fmedia%2F[secret]"),
        ("\\nsk-abcdefgh", "\\n[secret]"),
        ("\\u201esk-abcdefgh", "\\u201e[secret]"),
        ("\x1b[35msk-abcdefgh\x1b[0m", "\x1b[35m[secret]\x1b[0m"),
        ("\x1b[35mxoxb-abcdefgh\x1b[0m", "\x1b[35m[secret]\x1b[0m"),
    ],
)  # fmt: skip
def test_what_looks_secret_is_taken_out_and_no_more(text: str, left: str) -> None:
    assert Redaction()(text) == left


def test_an_address_in_json_in_json_is_taken_out_and_the_line_stays_json() -> None:
    body = json.dumps({"response_url": "https://hooks.slack.com/commands/T1/2/abc", "n": 1}).replace(
        "/", r"\/"
    )
    line = json.dumps({"event": "request", "body": body})

    shown = Redaction()(line)

    assert "commands" not in shown
    assert json.loads(json.loads(shown)["body"]) == {
        "response_url": "https://hooks.slack.com[secret]",
        "n": 1,
    }


def test_a_configured_secret_with_slashes_is_known_where_json_escapes_them() -> None:
    assert Redaction(["a/key/of/base64"])(r'{"key": "a\/key\/of\/base64"}') == '{"key": "[secret]"}'


@pytest.mark.parametrize(
    "text",
    [
        "task-abcdefgh was put off",
        '{"url": "http://127.0.0.1:8080", "mail": "anna@example.com"}',
        "2026-11-30T12:00:00.000000Z",
        "job 01JDXK3 of T0SANDBOX in C0DESIGN: https://slack.com/api/chat.postMessage",
        "the door to hooks.slack.com",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert Redaction(["another secret"])(text) == text


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
