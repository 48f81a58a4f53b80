"""Settings: read once from the environment and ``.env``, checked, frozen, passed on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import unquote, urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.settings.fields import (
    Amount,
    ApiUrl,
    BadSetting,
    Channel,
    Command,
    Count,
    DatabaseUrl,
    Group,
    Hosts,
    Key,
    People,
    Prices,
    Seconds,
    Secret,
    SecretKey,
    Url,
    is_safe,
    pair_of,
    tidied,
)
from bot.domain.errors import SettingsError
from bot.domain.money import Money
from bot.domain.requests.amounts import PictureMode
from bot.domain.requests.variations import MOST_OF_A_SET

Transport = Literal["socket", "http"]


@dataclass(frozen=True, slots=True)
class SettingProblem:
    """One sentence about the fields ``about``. It holds only if the fields in ``rests_on`` are right: it is
    left out when one of them has an error of its own."""

    sentence: str
    about: tuple[str, ...]
    rests_on: tuple[str, ...] = ()


class Settings(BaseSettings):
    """Every setting of the program, named as its environment variable. Secrets do not show when printed.

    Each field is checked by itself; ``clashes`` and ``missing`` check several together.
    """

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        arbitrary_types_allowed=True,
        hide_input_in_errors=True,
    )

    slack_bot_token: Secret | None = None
    slack_app_token: Secret | None = None
    slack_signing_secret: Secret | None = None
    slack_client_id: Key | None = None
    slack_client_secret: Secret | None = None

    imarouter_api_key: Secret | None = None
    imarouter_base_url: Url = "https://api.imarouter.com"
    imarouter_api: Literal["auto", "jobs", "images"] = "auto"
    imarouter_model: Key = "gpt-image-2"

    imagine_transport: Transport | None = None
    imagine_database_url: DatabaseUrl = SecretStr("sqlite:///data/imagine.db")
    imagine_public_url: Url | None = None
    imagine_s3_bucket: Key | None = None
    imagine_s3_endpoint: Url | None = None
    imagine_s3_region: Key = "us-east-1"
    imagine_s3_access_key: Key | None = None
    imagine_s3_secret_key: Secret | None = None
    imagine_s3_prefix: str = "imagine/"
    imagine_host: str = "127.0.0.1"
    imagine_port: Annotated[int, Field(ge=0, le=65535)] = 3000
    imagine_secret_key: SecretKey | None = None
    imagine_command: Command = "/imagine"
    imagine_admins: People = ()
    imagine_admin_group: Group | None = None
    imagine_approvals_channel: Channel | None = None
    imagine_self_approval: bool = False
    imagine_prices: Prices | None = None
    imagine_budget_workspace: Amount = Money(50_000_000)
    imagine_budget_user: Amount = Money(10_000_000)
    imagine_confirm_usd: Amount = Money(500_000)
    imagine_mode: PictureMode = PictureMode.DRAFTS
    imagine_set_most: Annotated[int, Field(ge=2, le=MOST_OF_A_SET)] = MOST_OF_A_SET
    imagine_user_per_minute: Count = 6
    imagine_channel_per_minute: Count = 20
    imagine_user_in_flight: Count = 3
    imagine_channel_in_flight: Count = None
    imagine_workspace_in_flight: Count = 10
    imagine_poll_floor_seconds: Annotated[Seconds, Field(le=3600)] = 2.0
    imagine_job_timeout_seconds: Annotated[Seconds, Field(le=86_400)] = 1800.0
    imagine_history: Literal["auto", "full", "limited"] = "auto"
    imagine_slack_api_url: ApiUrl = "https://slack.com/api/"
    imagine_trusted_hosts: Hosts = ()
    imagine_log_format: Literal["console", "json"] | None = None
    imagine_log_level: Literal["debug", "info", "warning", "error"] = "info"

    @model_validator(mode="before")
    @classmethod
    def _tidy(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """Take spaces and line ends off every value; a setting without anything else counts as not set."""
        tidy = {name: tidied(value) if isinstance(value, str) else value for name, value in values.items()}
        return {name: value for name, value in tidy.items() if value != ""}

    @field_validator(
        "imagine_log_level",
        "imagine_log_format",
        "imagine_history",
        "imagine_mode",
        "imarouter_api",
        "imagine_transport",
        mode="before",
    )
    @classmethod
    def _lower(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @property
    def transport(self) -> Transport:
        """Socket Mode with an app token, else HTTP, unless said otherwise."""
        return self.imagine_transport or ("socket" if self.slack_app_token else "http")

    @property
    def manifest_transport(self) -> Transport:
        """The transport that ``manifest`` prints: Socket Mode unless the settings are those of HTTP."""
        is_http = self.slack_signing_secret is not None and self.slack_app_token is None
        return self.imagine_transport or ("http" if is_http else "socket")

    @property
    def is_sqlite(self) -> bool:
        return self.imagine_database_url.get_secret_value().startswith("sqlite")

    @property
    def data_folder(self) -> Path:
        """Where files beside the database live: its own folder, or ``data`` with PostgreSQL."""
        url = self.imagine_database_url.get_secret_value()
        return Path(url.removeprefix("sqlite:///")).parent if self.is_sqlite else Path("data")

    def secrets(self) -> Iterator[str]:
        """Every value that must never be printed: keys, tokens, and the database's password as it stands in
        its address and as it is meant."""
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, SecretStr) and name != "imagine_database_url":
                yield value.get_secret_value()
        password = urlsplit(self.imagine_database_url.get_secret_value()).password
        if password is not None:
            yield from (password, unquote(password))

    def clashes(self) -> Iterator[SettingProblem]:
        """Settings that contradict each other, and addresses that would get a secret over plain http."""
        if (self.slack_client_id is None) != (self.slack_client_secret is None):
            names = ("slack_client_id", "slack_client_secret")
            yield SettingProblem("SLACK_CLIENT_ID and SLACK_CLIENT_SECRET: set both or neither.", names)
        elif self.slack_client_id and self.slack_bot_token:
            sentence = "one workspace's token or OAuth for many, not both."
            names = ("slack_client_id", "slack_bot_token")
            yield SettingProblem(f"SLACK_BOT_TOKEN and SLACK_CLIENT_ID: {sentence}", names)
        if self.imagine_s3_bucket and not (self.imagine_s3_access_key and self.imagine_s3_secret_key):
            sentence = "IMAGINE_S3_ACCESS_KEY and IMAGINE_S3_SECRET_KEY: needed with a bucket."
            yield SettingProblem(
                sentence, ("imagine_s3_access_key", "imagine_s3_secret_key", "imagine_s3_bucket")
            )
        if not self.is_sqlite and self.imagine_secret_key is None:
            sentence = "IMAGINE_SECRET_KEY: required with PostgreSQL, so that all replicas share it."
            yield SettingProblem(sentence, ("imagine_secret_key",), ("imagine_database_url",))
        for name in (
            "imarouter_base_url",
            "imagine_slack_api_url",
            "imagine_public_url",
            "imagine_s3_endpoint",
        ):
            url = getattr(self, name)
            if url is not None and not is_safe(url, self.imagine_trusted_hosts):
                way = f"use https, or name {pair_of(url)} in IMAGINE_TRUSTED_HOSTS"
                sentence = f"plain http can be read by others on its way; {way}."
                yield SettingProblem(f"{name.upper()}: {sentence}", (name,), ("imagine_trusted_hosts",))

    def missing(self) -> Iterator[SettingProblem]:
        """Settings that ``run`` needs and that are not set."""
        if self.slack_client_id:
            sentence = "SLACK_CLIENT_ID: installing by OAuth is not built yet; set SLACK_BOT_TOKEN."
            yield SettingProblem(sentence, ("slack_client_id",))
        elif self.slack_bot_token is None:
            sentence = "SLACK_BOT_TOKEN is missing: copy it from your Slack app's OAuth page."
            yield SettingProblem(sentence, ("slack_bot_token",))
        if self.transport == "socket" and self.slack_app_token is None:
            sentence = "SLACK_APP_TOKEN is missing: Socket Mode needs an app-level token."
            yield SettingProblem(sentence, ("slack_app_token",), ("imagine_transport",))
        if self.transport == "http" and self.slack_signing_secret is None:
            sentence = "HTTP mode needs it; or set SLACK_APP_TOKEN for Socket Mode."
            rests_on = ("imagine_transport", "slack_app_token")
            yield SettingProblem(
                f"SLACK_SIGNING_SECRET is missing: {sentence}", ("slack_signing_secret",), rests_on
            )
        if self.imarouter_api_key is None:
            sentence = "IMAROUTER_API_KEY is missing: create one in your ImaRouter account."
            yield SettingProblem(sentence, ("imarouter_api_key",))

    def missing_to_run(self) -> list[str]:
        """One sentence for each setting that ``run`` cannot do without."""
        return [problem.sentence for problem in self.missing()]


def load_settings(*, to_run: bool = False, **overrides: Any) -> Settings:
    """Read and check the settings; ``to_run`` also asks for what ``run`` cannot do without.

    Raises SettingsError with one sentence a wrong setting, never a value.
    """
    wrong: dict[str, list[str]] = {}
    try:
        settings = _read(overrides, wrong)
    except UnicodeDecodeError:
        raise SettingsError([".env is not UTF-8 text: save it as UTF-8."]) from None
    except OSError as error:
        raise SettingsError([f".env cannot be read ({error.strerror})."]) from None
    sentences = [sentence for said in wrong.values() for sentence in said]
    spoken_of = set(wrong)
    for problem in (*settings.clashes(), *(settings.missing() if to_run else ())):
        if spoken_of.isdisjoint((*problem.about, *problem.rests_on)):
            sentences.append(problem.sentence)
            spoken_of.update(problem.about)
    if sentences:
        raise SettingsError(sentences)
    return settings


def _read(overrides: Mapping[str, Any], wrong: dict[str, list[str]]) -> Settings:
    """The settings. A field that is wrong gets its default and its sentences in ``wrong``, so that the others
    can be checked too."""
    try:
        return Settings(**overrides)
    except ValidationError as error:
        for item in error.errors(include_input=False):
            name = str(item["loc"][0])
            wrong.setdefault(name, _sentences(name, item))
    fields = Settings.model_fields
    return Settings(**{**overrides, **{name: fields[name].get_default() for name in wrong}})


def _sentences(name: str, item: Any) -> list[str]:
    cause = item.get("ctx", {}).get("error")
    if isinstance(cause, BadSetting):
        return cause.sentences
    message = str(item["msg"]).removeprefix("Value error, ").replace("Input should", "it must")
    return [f"{name.upper()}: {message.partition(', unable')[0]}."]
