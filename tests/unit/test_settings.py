"""Settings: the contract's names and defaults, and one clear sentence for everything wrong."""

import pytest

from bot.domain.money import Money
from bot.errors import SettingsError
from bot.settings import Settings, load_settings


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def _wrong(monkeypatch: pytest.MonkeyPatch, **env: str) -> list[str]:
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        load_settings()
    return refused.value.sentences


def test_defaults_are_the_contracts() -> None:
    settings = load_settings()

    assert settings.transport == "http"
    assert settings.imarouter_base_url == "https://api.imarouter.com"
    assert (settings.imarouter_api, settings.imarouter_model) == ("auto", "gpt-image-2")
    assert settings.imagine_database_url.get_secret_value() == "sqlite:///data/imagine.db"
    assert (settings.imagine_host, settings.imagine_port) == ("127.0.0.1", 3000)
    assert settings.imagine_command == "/imagine"
    assert settings.imagine_budget_workspace == Money(50_000_000)
    assert settings.imagine_budget_user == Money(10_000_000)
    assert settings.imagine_confirm_usd == Money(200_000)
    assert settings.imagine_user_per_minute == 6
    assert (settings.imagine_user_in_flight, settings.imagine_workspace_in_flight) == (3, 10)
    assert settings.imagine_poll_floor_seconds == 2
    assert settings.imagine_job_timeout_seconds == 1800
    assert settings.imagine_slack_api_url == "https://slack.com/api/"
    assert settings.imagine_log_level == "info"


@pytest.mark.parametrize(
    ("text", "money"), [("0.10", 100_000), ("$5", 5_000_000), ("5,50", 5_500_000), ("0", 0)]
)
def test_a_budget_is_read_as_people_write_amounts(
    monkeypatch: pytest.MonkeyPatch, text: str, money: int
) -> None:
    monkeypatch.setenv("IMAGINE_BUDGET_USER", text)

    assert load_settings().imagine_budget_user == Money(money)


@pytest.mark.parametrize(
    "name",
    [
        "IMAGINE_BUDGET_USER", "IMAGINE_BUDGET_WORKSPACE", "IMAGINE_CONFIRM_USD", "IMAGINE_USER_PER_MINUTE",
        "IMAGINE_USER_IN_FLIGHT", "IMAGINE_WORKSPACE_IN_FLIGHT", "IMAGINE_CHANNEL_PER_MINUTE",
        "IMAGINE_CHANNEL_IN_FLIGHT",
    ],
)  # fmt: skip
def test_none_is_no_limit(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "none")

    assert getattr(load_settings(), name.lower()) is None


def test_an_app_token_means_socket_mode_unless_said_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1")

    assert load_settings().transport == "socket"

    monkeypatch.setenv("IMAGINE_TRANSPORT", "HTTP")
    assert load_settings().transport == "http"


def test_lists_are_separated_by_commas_or_spaces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMAGINE_ADMINS", "U1, U2 U3,")

    assert load_settings().imagine_admins == ("U1", "U2", "U3")


@pytest.mark.parametrize(
    ("env", "word"),
    [
        ({"IMAGINE_PORT": "abc"}, "IMAGINE_PORT"),
        ({"IMAGINE_BUDGET_USER": "1e3"}, "IMAGINE_BUDGET_USER"),
        ({"IMAGINE_BUDGET_USER": "-5"}, "IMAGINE_BUDGET_USER"),
        ({"IMAROUTER_API": "graphql"}, "IMAROUTER_API"),
        ({"IMAROUTER_BASE_URL": "imarouter"}, "IMAROUTER_BASE_URL"),
        ({"IMAGINE_COMMAND": "imagine"}, "IMAGINE_COMMAND"),
        ({"IMAGINE_POLL_FLOOR_SECONDS": "0"}, "IMAGINE_POLL_FLOOR_SECONDS"),
        ({"SLACK_CLIENT_ID": "1"}, "SLACK_CLIENT_SECRET"),
        ({"SLACK_CLIENT_ID": "1", "SLACK_CLIENT_SECRET": "2", "SLACK_BOT_TOKEN": "xoxb-1"}, "not both"),
        ({"IMAGINE_DATABASE_URL": "postgresql://u:hunter2@h/d"}, "IMAGINE_SECRET_KEY"),
        ({"IMAGINE_S3_BUCKET": "b"}, "IMAGINE_S3_ACCESS_KEY"),
    ],
)
def test_what_is_wrong_is_one_sentence_without_the_secret(
    monkeypatch: pytest.MonkeyPatch, env: dict[str, str], word: str
) -> None:
    (sentence,) = _wrong(monkeypatch, **env)

    assert word in sentence
    assert "hunter2" not in sentence
    assert "\n" not in sentence


def test_each_wrong_setting_has_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    sentences = _wrong(monkeypatch, IMAGINE_PORT="abc", IMAROUTER_API="x", IMAGINE_LOG_LEVEL="loud")

    assert len(sentences) == 3


def test_secrets_do_not_print(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "IMAROUTER_API_KEY"):
        monkeypatch.setenv(name, "hunter2")
    monkeypatch.setenv("IMAGINE_SECRET_KEY", "hunter2")
    monkeypatch.setenv("IMAGINE_DATABASE_URL", "postgresql://u:hunter2@h/d")

    settings = load_settings()

    assert "hunter2" not in repr(settings)
    assert "hunter2" not in str(settings.model_dump())


def test_what_run_cannot_do_without_is_said_together() -> None:
    sentences = load_settings().missing_to_run()

    assert [s.split()[0] for s in sentences] == [
        "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "IMAROUTER_API_KEY"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "wrong", "right"),
    [
        ("IMAGINE_ADMIN_GROUP", "@admins", "S0604QSJC"),
        ("IMAGINE_APPROVALS_CHANNEL", "#money", "C024BE91L"),
        ("IMAGINE_APPROVALS_CHANNEL", "U024BE91L", "G024BE91L"),
    ],
)
def test_ids_of_groups_and_channels(
    monkeypatch: pytest.MonkeyPatch, name: str, wrong: str, right: str
) -> None:
    monkeypatch.setenv(name, right)
    assert getattr(load_settings(), name.lower()) == right

    monkeypatch.setenv(name, wrong)
    with pytest.raises(SettingsError) as caught:
        load_settings()

    (sentence,) = caught.value.sentences
    assert sentence.startswith(f"{name}: it must be the id of a Slack")
