"""Settings: the contract's names and defaults, and one clear sentence for everything wrong."""

from pathlib import Path

import pytest

from app.settings.settings import Settings, load_settings
from bot.domain.errors import SettingsError
from bot.domain.money import Money
from bot.domain.requests.amounts import PictureMode


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
    assert settings.imagine_confirm_usd == Money(500_000)
    assert settings.imagine_mode is PictureMode.DRAFTS
    assert settings.imagine_set_most == 12
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
        ({"IMAGINE_SECRET_KEY": "hunter2"}, "IMAGINE_SECRET_KEY: it must have at least 32 characters"),
        ({"IMAGINE_SECRET_KEY": "hunter2" + " " * 40}, "at least 32 characters"),
        ({"IMAGINE_SECRET_KEY": "hunter2" * 4 + "abc"}, "at least 32 characters"),
        ({"IMAGINE_DATABASE_URL": "postgresql://h/d", "IMAGINE_SECRET_KEY": "hunter2"}, "at least 32"),
        ({"IMAGINE_S3_BUCKET": "b"}, "IMAGINE_S3_ACCESS_KEY"),
        ({"IMAGINE_POLL_FLOOR_SECONDS": "inf"}, "IMAGINE_POLL_FLOOR_SECONDS"),
        ({"IMAGINE_POLL_FLOOR_SECONDS": "1e9"}, "IMAGINE_POLL_FLOOR_SECONDS"),
        ({"IMAGINE_POLL_FLOOR_SECONDS": "nan"}, "IMAGINE_POLL_FLOOR_SECONDS"),
        ({"IMAGINE_JOB_TIMEOUT_SECONDS": "inf"}, "IMAGINE_JOB_TIMEOUT_SECONDS"),
        ({"IMAGINE_JOB_TIMEOUT_SECONDS": "1e12"}, "IMAGINE_JOB_TIMEOUT_SECONDS"),
        ({"IMAGINE_USER_PER_MINUTE": "1000000000000000000000000"}, "IMAGINE_USER_PER_MINUTE"),
        ({"IMAGINE_WORKSPACE_IN_FLIGHT": "0"}, "IMAGINE_WORKSPACE_IN_FLIGHT"),
        ({"IMAGINE_BUDGET_WORKSPACE": "1000000000"}, "IMAGINE_BUDGET_WORKSPACE"),
        ({"IMAROUTER_BASE_URL": "http://api.imarouter.com"}, "api.imarouter.com:80"),
        ({"IMAROUTER_BASE_URL": "http://127.0.0.1:99999"}, "IMAROUTER_BASE_URL"),
        ({"IMAROUTER_BASE_URL": "https://api.imarouter.com?key=hunter2"}, "IMAROUTER_BASE_URL"),
        ({"IMAROUTER_BASE_URL": "https://[x"}, "IMAROUTER_BASE_URL"),
        ({"IMAGINE_SLACK_API_URL": "http://127.0.0.1:99999/"}, "IMAGINE_SLACK_API_URL"),
        ({"IMAGINE_SLACK_API_URL": "http://slack.com/api/"}, "IMAGINE_SLACK_API_URL"),
        ({"IMAGINE_PUBLIC_URL": "http://bot.example.com"}, "IMAGINE_PUBLIC_URL"),
        ({"IMAGINE_PUBLIC_URL": "https://u:hunter2@bot.example.com"}, "IMAGINE_PUBLIC_URL"),
        ({"IMAGINE_PUBLIC_URL": "https://bot.example.com:99999"}, "IMAGINE_PUBLIC_URL"),
        ({"IMAGINE_S3_ENDPOINT": "http://storage.example.com"}, "IMAGINE_S3_ENDPOINT"),
        ({"IMAGINE_ADMINS": "carol, @bob"}, "IMAGINE_ADMINS"),
        ({"IMAGINE_TRUSTED_HOSTS": "http://foo"}, "IMAGINE_TRUSTED_HOSTS"),
        ({"IMAGINE_TRUSTED_HOSTS": "foo"}, "IMAGINE_TRUSTED_HOSTS"),
        ({"IMAGINE_TRUSTED_HOSTS": "foo:0"}, "IMAGINE_TRUSTED_HOSTS"),
        ({"SLACK_BOT_TOKEN": "xoxb-hunter2 xoxb"}, "SLACK_BOT_TOKEN"),
        ({"IMAROUTER_API_KEY": "sk-hunter2\u20ac"}, "IMAROUTER_API_KEY"),
        ({"IMAGINE_DATABASE_URL": "mysql://u:hunter2@h/d"}, "mysql://"),
        ({"IMAGINE_PRICES": "/nope"}, "IMAGINE_PRICES"),
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


def test_the_sentences_of_all_stages_come_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1")
    monkeypatch.setenv("IMAROUTER_API_KEY", "sk-1")
    wrong = {
        "IMAGINE_S3_BUCKET": "b",
        "SLACK_CLIENT_ID": "1",
        "IMAGINE_PRICES": "/nope",
        "IMAGINE_DATABASE_URL": "mysql://x",
    }
    for name, value in wrong.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError) as refused:
        load_settings(to_run=True)

    said = refused.value.sentences
    assert len(said) == 4
    for word in ("IMAGINE_S3_ACCESS_KEY", "SLACK_CLIENT_ID", "IMAGINE_PRICES", "IMAGINE_DATABASE_URL"):
        assert sum(word in sentence for sentence in said) == 1


def test_what_is_missing_is_not_said_of_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """A token that is no token is not missing too, and nothing follows from a wrong transport."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb 1")
    monkeypatch.setenv("IMAGINE_TRANSPORT", "pigeon")

    with pytest.raises(SettingsError) as refused:
        load_settings(to_run=True)

    assert [sentence.split()[0].rstrip(":") for sentence in refused.value.sentences] == [
        "SLACK_BOT_TOKEN", "IMAGINE_TRANSPORT", "IMAROUTER_API_KEY"
    ]  # fmt: skip


BLANK = ["SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "IMAROUTER_API_KEY", "IMAGINE_SECRET_KEY"]


@pytest.mark.parametrize("name", [*BLANK, "SLACK_APP_TOKEN", "IMAGINE_PUBLIC_URL", "IMAGINE_ADMIN_GROUP"])
def test_spaces_are_no_value(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "  \t ")

    assert getattr(load_settings(), name.lower()) is None


def test_spaces_mean_the_default_and_are_not_part_of_a_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMAROUTER_MODEL", "   ")
    monkeypatch.setenv("SLACK_BOT_TOKEN", " xoxb-1\n")

    settings = load_settings()

    assert settings.imarouter_model == "gpt-image-2"
    assert settings.slack_bot_token is not None
    assert settings.slack_bot_token.get_secret_value() == "xoxb-1"


def test_a_blank_secret_key_does_not_do_for_postgresql(monkeypatch: pytest.MonkeyPatch) -> None:
    (sentence,) = _wrong(monkeypatch, IMAGINE_DATABASE_URL="postgresql://h/d", IMAGINE_SECRET_KEY=" ")

    assert "IMAGINE_SECRET_KEY" in sentence


@pytest.mark.parametrize(
    "name", ["IMAROUTER_BASE_URL", "IMAGINE_SLACK_API_URL", "IMAGINE_PUBLIC_URL", "IMAGINE_S3_ENDPOINT"]
)
@pytest.mark.parametrize(
    ("url", "trusted"),
    [
        ("http://gateway:8080", "other:1, GATEWAY:8080"),
        ("http://gateway", "gateway:80"),
        ("http://[fd00::1]:8080/v1", "[fd00::1]:8080"),
        ("http://127.0.0.1:8080/api/", ""),
        ("http://[::1]:8080", ""),
        ("http://localhost:8080", ""),
        ("https://gateway.example/base/", ""),
    ],
)
def test_plain_http_stays_on_this_machine_or_goes_to_a_trusted_host(
    monkeypatch: pytest.MonkeyPatch, name: str, url: str, trusted: str
) -> None:
    monkeypatch.setenv(name, url)
    monkeypatch.setenv("IMAGINE_TRUSTED_HOSTS", trusted)

    assert getattr(load_settings(), name.lower()).rstrip("/") == url.rstrip("/")


@pytest.mark.parametrize(
    "name", ["SLACK_BOT_TOKEN", "IMAGINE_COMMAND", "IMAGINE_PRICES", "IMAGINE_DATABASE_URL"]
)
def test_bytes_that_are_no_text_are_one_sentence(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    (sentence,) = _wrong(monkeypatch, **{name: "/\udcff"})

    assert name in sentence


def test_two_addresses_in_clear_are_two_sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    said = _wrong(monkeypatch, IMAROUTER_BASE_URL="http://a", IMAGINE_SLACK_API_URL="http://b:81")

    assert ["IMAROUTER_BASE_URL" in said[0], "a:80" in said[0]] == [True, True]
    assert ["IMAGINE_SLACK_API_URL" in said[1], "b:81" in said[1]] == [True, True]


def test_a_file_of_settings_that_is_not_utf_8_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"IMAGINE_COMMAND=/\xff\xfe\n")

    with pytest.raises(SettingsError, match=r"^\.env is not UTF-8 text") as refused:
        load_settings()

    assert len(refused.value.sentences) == 1


@pytest.mark.parametrize(
    ("env", "transport"),
    [
        ({}, "socket"),
        ({"SLACK_APP_TOKEN": "xapp-1", "SLACK_SIGNING_SECRET": "s"}, "socket"),
        ({"SLACK_SIGNING_SECRET": "s"}, "http"),
        ({"SLACK_APP_TOKEN": "xapp-1", "IMAGINE_TRANSPORT": "http"}, "http"),
    ],
)
def test_the_manifest_is_for_the_transport_of_the_settings(
    monkeypatch: pytest.MonkeyPatch, env: dict[str, str], transport: str
) -> None:
    for name, value in env.items():
        monkeypatch.setenv(name, value)

    assert load_settings().manifest_transport == transport


def test_secrets_do_not_print(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "IMAROUTER_API_KEY"):
        monkeypatch.setenv(name, "hunter2")
    monkeypatch.setenv("IMAGINE_SECRET_KEY", "hunter2" * 5)
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


def test_the_mode_is_one_of_two_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMAGINE_MODE", " Single ")
    assert load_settings().imagine_mode is PictureMode.SINGLE

    (sentence,) = _wrong(monkeypatch, IMAGINE_MODE="four")
    assert sentence == "IMAGINE_MODE: it must be 'drafts' or 'single'."


def test_a_set_has_two_to_twelve_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMAGINE_SET_MOST", " 4 ")
    assert load_settings().imagine_set_most == 4

    for wrong in ("1", "13", "none", "4.5", "four"):
        (sentence,) = _wrong(monkeypatch, IMAGINE_SET_MOST=wrong)
        assert sentence.startswith("IMAGINE_SET_MOST: "), sentence
        assert "{" not in sentence
