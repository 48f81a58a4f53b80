"""Options of the command line: what they default to, and a sentence for those that cannot be."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from app.cli import STATUSES, cli
from app.demo.simulators import SIMULATORS
from app.demo.stage import stage
from app.settings.settings import Settings
from bot.domain.errors import SettingsError
from bot.domain.jobs.job import Status

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody else listens at."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def _manifest(*options: str) -> str:
    ended = CliRunner().invoke(cli, ["manifest", *options])
    if isinstance(ended.exception, SettingsError):
        raise ended.exception
    assert ended.exit_code == 0, ended.output
    return ended.output


def test_the_manifest_without_settings_is_the_file_in_the_repository() -> None:
    assert _manifest() == (ROOT / "manifest.yml").read_text()


def test_the_manifest_is_the_one_of_these_settings_unless_options_say_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("IMAGINE_COMMAND", "/paint")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "s")
    monkeypatch.setenv("IMAGINE_PUBLIC_URL", "https://bot.example.com")

    (own,) = yaml.safe_load(_manifest())["features"]["slash_commands"]
    (other,) = yaml.safe_load(_manifest("--command", "/draw", "--url", "https://b.example"))["features"][
        "slash_commands"
    ]
    socket_mode = yaml.safe_load(_manifest("--transport", "socket"))

    assert (own["command"], own["url"]) == ("/paint", "https://bot.example.com/slack/events")
    assert (other["command"], other["url"]) == ("/draw", "https://b.example/slack/events")
    assert socket_mode["settings"]["socket_mode_enabled"] is True


def test_an_address_for_the_manifest_that_is_none_is_a_sentence() -> None:
    with pytest.raises(SettingsError, match="https addresses only"):
        _manifest("--transport", "http", "--url", "https://[x")


@pytest.mark.parametrize(
    ("command", "option"),
    [
        (["jobs", "--status", "bogus"], "--status"),
        (["jobs", "--parked", "--status", "failed"], "--status"),
        (["demo", "--port", "70000"], "--port"),
        (["sandbox", "slack", "--port", "99999999"], "--port"),
        (["sandbox", "teams"], "say slack or imarouter"),
        (["jobs", "retry"], "ID"),
        (["draw"], "No such command"),
    ],
)
def test_an_option_that_cannot_be_is_a_mistake_of_use(command: list[str], option: str) -> None:
    ended = CliRunner().invoke(cli, command)

    assert (ended.exit_code, option in ended.stderr, ended.stdout) == (2, True, "")


def test_every_status_of_a_job_can_be_asked_for() -> None:
    assert list(STATUSES) == [str(status) for status in Status]


@pytest.mark.parametrize("which", sorted(SIMULATORS))
def test_a_simulator_says_that_its_port_is_taken(which: str, taken: int) -> None:
    with pytest.raises(SettingsError, match=f"--port {taken} cannot be used"):
        SIMULATORS[which]("127.0.0.1", taken)


async def test_the_demo_says_that_its_port_is_taken(tmp_path: Path, taken: int) -> None:
    with pytest.raises(SettingsError, match=f"--port {taken} cannot be used"):
        async with stage(tmp_path / "data", taken):
            pass


async def test_the_demo_says_that_its_folder_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(SettingsError, match=r"--data \S+ must be a folder"):
        async with stage(tmp_path / "file", 0):
            pass
