"""``imagine-bot health`` against real sockets."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from app.commands import health
from app.commands.health import check_health
from tests.support.ports import free_port

READY = {"ready": True, "checks": {"database": "ok", "provider": "away; asks wait for it"}}
UNREADY = {"ready": False, "checks": {"database": "the database does not answer", "worker": "ok"}}


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("IMAGINE_HOST", "IMAGINE_PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


class Server(ThreadingHTTPServer):
    status: int
    body: bytes
    asked: list[str]


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, *_: object) -> None:
        """The test's output stays plain."""


@contextmanager
def serving(status: int, body: object, *, host: str = "127.0.0.1") -> Iterator[Server]:
    server = Server((host, 0), _Handler)
    server.status, server.body, server.asked = status, json.dumps(body).encode(), []
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0"])
def test_a_bot_that_is_ready_is_healthy(
    host: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(200, READY, host="127.0.0.1" if host == "localhost" else host) as bot:
        monkeypatch.setenv("IMAGINE_HOST", host)
        monkeypatch.setenv("IMAGINE_PORT", str(bot.server_port))

        assert check_health() == 0

    assert bot.asked == ["/readyz"]
    assert capsys.readouterr() == ("", "")


def test_a_bot_that_is_not_ready_says_why(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(503, UNREADY) as bot:
        monkeypatch.setenv("IMAGINE_PORT", str(bot.server_port))

        assert check_health() == 1

    assert capsys.readouterr().err == "The bot is not ready: database: the database does not answer.\n"


def test_no_bot_is_not_ready(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    port = str(free_port())
    monkeypatch.setenv("IMAGINE_PORT", port)

    assert check_health() == 1
    assert capsys.readouterr().err == f"No bot answers at 127.0.0.1:{port} (Connection refused).\n"


@pytest.mark.parametrize(
    ("status", "body"), [(200, "hello"), (404, {"error": "not found"}), (200, {"checks": 1})]
)
def test_what_is_not_our_bot_is_not_healthy(
    status: int, body: object, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(status, body) as other:
        monkeypatch.setenv("IMAGINE_PORT", str(other.server_port))

        assert check_health() == 1

    assert f"is not this bot (HTTP {status})" in capsys.readouterr().err


def test_what_speaks_no_http_is_not_healthy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("IMAGINE_PORT", str(server.getsockname()[1]))

        def greet() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(1024)
                connection.sendall(b"220 mail\r\n")

        thread = Thread(target=greet)
        thread.start()
        assert check_health() == 1
        thread.join()

    assert "is not this bot (BadStatusLine)" in capsys.readouterr().err


def test_a_bot_that_hangs_is_given_up(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(health, "PATIENCE_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("IMAGINE_PORT", str(server.getsockname()[1]))

        assert check_health() == 1

    assert "has not answered within 0.1 s" in capsys.readouterr().err


@pytest.mark.parametrize(
    "line",
    ["IMAGINE_PORT={}", "export IMAGINE_PORT='{}'", 'imagine_port = "{}" # ours', "IMAGINE_PORT={} # ours"],
)
def test_the_port_of_the_env_file_is_asked(line: str) -> None:
    with serving(200, READY) as bot:
        lines = (
            "# IMAGINE_PORT=1",
            "",
            "IMAGINE_HOST= # none",
            line.format(bot.server_port),
            "no sign",
        )
        Path(".env").write_text("\n".join(lines))

        assert check_health() == 0


def test_the_environment_goes_before_the_env_file(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(200, READY) as bot:
        Path(".env").write_text(f"IMAGINE_PORT={free_port()}\n")
        monkeypatch.setenv("IMAGINE_PORT", f" {bot.server_port} ")
        monkeypatch.setenv("IMAGINE_HOST", "")

        assert check_health() == 0


@pytest.mark.parametrize("port", ["0", "http", "70000"])
def test_a_port_where_nobody_can_be_found_is_a_wrong_setting(
    port: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("IMAGINE_PORT", port)

    assert check_health() == 2
    assert capsys.readouterr().err.startswith("IMAGINE_PORT: ")
