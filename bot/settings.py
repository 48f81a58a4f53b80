"""Settings: read once from the environment and ``.env``, checked, frozen, passed on."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.domain.money import Money
from bot.errors import SettingsError

Transport = Literal["socket", "http"]


def _money_or_none(value: object) -> object:
    if not isinstance(value, str):
        return value
    if value.strip().lower() == "none":
        return None
    return Money.parse(value)


def _count_or_none(value: object) -> object:
    if isinstance(value, str) and value.strip().lower() == "none":
        return None
    return value


def _words(value: object) -> object:
    if isinstance(value, str):
        return tuple(word for word in re.split(r"[\s,]+", value) if word)
    return value or ()


Amount = Annotated[Money | None, NoDecode, BeforeValidator(_money_or_none)]
Count = Annotated[Annotated[int, Field(ge=1)] | None, BeforeValidator(_count_or_none)]
Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_words)]


class Settings(BaseSettings):
    """Every setting of the program, under the names of the contract. Secrets never print."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        arbitrary_types_allowed=True,
        hide_input_in_errors=True,
    )

    slack_bot_token: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_client_id: str | None = None
    slack_client_secret: SecretStr | None = None

    imarouter_api_key: SecretStr | None = None
    imarouter_base_url: str = "https://api.imarouter.com"
    imarouter_api: Literal["auto", "jobs", "images"] = "auto"
    imarouter_model: str = "gpt-image-2"

    imagine_transport: Transport | None = None
    imagine_database_url: SecretStr = SecretStr("sqlite:///data/imagine.db")
    imagine_public_url: str | None = None
    imagine_s3_bucket: str | None = None
    imagine_s3_endpoint: str | None = None
    imagine_s3_region: str = "us-east-1"
    imagine_s3_access_key: str | None = None
    imagine_s3_secret_key: SecretStr | None = None
    imagine_s3_prefix: str = "imagine/"
    imagine_host: str = "127.0.0.1"
    imagine_port: Annotated[int, Field(ge=0, le=65535)] = 3000
    imagine_secret_key: SecretStr | None = None
    imagine_command: Annotated[str, Field(pattern=r"^/[a-z0-9_-]{1,31}$")] = "/imagine"
    imagine_admins: Words = ()
    imagine_admin_group: str | None = None
    imagine_approvals_channel: str | None = None
    imagine_self_approval: bool = False
    imagine_prices: Path | None = None
    imagine_budget_workspace: Amount = Money(50_000_000)
    imagine_budget_user: Amount = Money(10_000_000)
    imagine_confirm_usd: Amount = Money(200_000)
    imagine_user_per_minute: Count = 6
    imagine_channel_per_minute: Count = 20
    imagine_user_in_flight: Count = 3
    imagine_channel_in_flight: Count = None
    imagine_workspace_in_flight: Count = 10
    imagine_poll_floor_seconds: Annotated[float, Field(gt=0)] = 2.0
    imagine_job_timeout_seconds: Annotated[float, Field(gt=0)] = 1800.0
    imagine_slack_api_url: str = "https://slack.com/api/"
    imagine_trusted_hosts: Words = ()
    imagine_log_format: Literal["console", "json"] | None = None
    imagine_log_level: Literal["debug", "info", "warning", "error"] = "info"

    @field_validator(
        "imagine_log_level", "imagine_log_format", "imarouter_api", "imagine_transport", mode="before"
    )
    @classmethod
    def _lower(cls, value: object) -> object:
        return value.strip().lower() if isinstance(value, str) else value

    @field_validator("imarouter_base_url", "imagine_slack_api_url", "imagine_public_url")
    @classmethod
    def _is_url(cls, value: str | None) -> str | None:
        if value is not None:
            parts = urlsplit(value)
            if parts.scheme not in {"http", "https"} or not parts.hostname:
                raise ValueError("it must be an address such as https://example.com")
        return value

    @field_validator("imagine_admin_group")
    @classmethod
    def _is_group(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"S[A-Z0-9]{2,30}", value):
            raise ValueError("it must be the id of a Slack user group, such as S0604QSJC")
        return value

    @field_validator("imagine_approvals_channel")
    @classmethod
    def _is_channel(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"[CG][A-Z0-9]{2,30}", value):
            raise ValueError("it must be the id of a Slack channel, such as C024BE91L")
        return value

    @field_validator("imagine_slack_api_url")
    @classmethod
    def _ends_with_slash(cls, value: str) -> str:
        return value if value.endswith("/") else value + "/"

    @model_validator(mode="after")
    def _fits_together(self) -> Settings:
        if (self.slack_client_id is None) != (self.slack_client_secret is None):
            raise ValueError("SLACK_CLIENT_ID and SLACK_CLIENT_SECRET: set both or neither.")
        if self.slack_client_id and self.slack_bot_token:
            raise ValueError(
                "SLACK_BOT_TOKEN and SLACK_CLIENT_ID: one workspace's token or OAuth for many, not both."
            )
        if self.imagine_s3_bucket and not (self.imagine_s3_access_key and self.imagine_s3_secret_key):
            raise ValueError("IMAGINE_S3_ACCESS_KEY and IMAGINE_S3_SECRET_KEY: needed with a bucket.")
        if not self.is_sqlite and self.imagine_secret_key is None:
            raise ValueError("IMAGINE_SECRET_KEY: required with PostgreSQL, so that all replicas share it.")
        return self

    @property
    def transport(self) -> Transport:
        """Socket Mode with an app token, else HTTP, unless said otherwise."""
        return self.imagine_transport or ("socket" if self.slack_app_token else "http")

    @property
    def is_sqlite(self) -> bool:
        return self.imagine_database_url.get_secret_value().startswith("sqlite")

    @property
    def data_folder(self) -> Path:
        """Where files beside the database live: its own folder, or ``data`` with PostgreSQL."""
        url = self.imagine_database_url.get_secret_value()
        return Path(url.removeprefix("sqlite:///")).parent if self.is_sqlite else Path("data")

    def missing_to_run(self) -> list[str]:
        """One sentence for each setting that ``run`` cannot do without."""
        sentences = []
        if self.slack_client_id:
            sentences.append("SLACK_CLIENT_ID: installing by OAuth is not built yet; set SLACK_BOT_TOKEN.")
        elif self.slack_bot_token is None:
            sentences.append("SLACK_BOT_TOKEN is missing: copy it from your Slack app's OAuth page.")
        if self.transport == "socket" and self.slack_app_token is None:
            sentences.append("SLACK_APP_TOKEN is missing: Socket Mode needs an app-level token.")
        if self.transport == "http" and self.slack_signing_secret is None:
            sentences.append(
                "SLACK_SIGNING_SECRET is missing: HTTP mode needs it; or set SLACK_APP_TOKEN for Socket Mode."
            )
        if self.imarouter_api_key is None:
            sentences.append("IMAROUTER_API_KEY is missing: create one in your ImaRouter account.")
        return sentences


def load_settings(**overrides: Any) -> Settings:
    """Read and check the settings. Raises SettingsError with one sentence a wrong setting, never a value."""
    try:
        return Settings(**overrides)
    except ValidationError as error:
        raise SettingsError([_sentence(item) for item in error.errors(include_input=False)]) from None


def _sentence(item: Any) -> str:
    message = str(item["msg"]).removeprefix("Value error, ")
    if not item["loc"]:
        return message
    return f"{str(item['loc'][0]).upper()}: {message[0].lower()}{message[1:]}."
