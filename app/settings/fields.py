"""The types of the settings: each checks one value and turns it into what the program works with.

An error says what to write instead. It never repeats the value, which may be a secret in the wrong place.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection
from pathlib import Path
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode

from bot.domain.errors import SettingsError
from bot.domain.money import Money
from bot.trusted_hosts import TrustedHosts, host_and_port
from storage.url import parse_url

_NO_TEXT = re.compile("[\ud800-\udfff]")
_KEY = re.compile(r"[\x21-\x7e]+")
_COMMAND = re.compile(r"/[a-z0-9_-]{1,31}")
_PERSON = re.compile(r"[UW][A-Z0-9]{1,30}")
_GROUP = re.compile(r"S[A-Z0-9]{2,30}")
_CHANNEL = re.compile(r"[CG][A-Z0-9]{2,30}")
_HOST = re.compile(r"(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+):(\d{1,5})", re.IGNORECASE)


class BadSetting(ValueError):
    """A value is wrong, and the sentences name the setting themselves, such as the mistakes of a price table.

    Pydantic collects it, as any ValueError; ``load_settings`` turns all of them into one SettingsError.
    """

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


def tidied(value: str) -> str:
    """``value`` without spaces around it. Bytes that were no UTF-8 become a character that no field takes."""
    return _NO_TEXT.sub("\ufffd", value).strip()


def is_safe(url: str, trusted: Collection[str]) -> bool:
    """Whether nobody on the way can read what is sent to ``url``: it is https, on this machine, or at a
    trusted ``host:port``."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return (
        parts.scheme == "https"
        or _is_here(host)
        or TrustedHosts(trusted).include(host, parts.port, scheme=parts.scheme)
    )


def pair_of(url: str) -> str:
    """``host:port`` of an address, in lower case, as IMAGINE_TRUSTED_HOSTS has it."""
    parts = urlsplit(url)
    return host_and_port(parts.hostname or "", parts.port, scheme=parts.scheme)


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _money_or_none(value: object) -> object:
    if not isinstance(value, str):
        return value
    if value.lower() == "none":
        return None
    try:
        return Money.parse(value)
    except ValueError:
        raise ValueError("it must be dollars such as 20 or 7.50, below a billion, or none") from None


def _count_or_none(value: object) -> object:
    return None if isinstance(value, str) and value.lower() == "none" else value


def _words(value: object) -> object:
    if isinstance(value, str):
        return tuple(word for word in re.split(r"[\s,]+", value) if word)
    return value or ()


def _secret(value: SecretStr) -> SecretStr:
    _key(value.get_secret_value())
    return value


def _secret_key(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value()) < SECRET_KEY_LENGTH:
        raise ValueError(
            f"it must have at least {SECRET_KEY_LENGTH} characters, such as `openssl rand -hex 32` prints"
        )
    return value


def _key(value: str) -> str:
    if not _KEY.fullmatch(value):
        raise ValueError("it holds a space or a letter that none of its kind has; copy it again")
    return value


def _command(value: str) -> str:
    if not _COMMAND.fullmatch(value):
        raise ValueError("it must be a slash and up to 31 of a-z 0-9 - _, such as /imagine")
    return value


def _people(values: tuple[str, ...]) -> tuple[str, ...]:
    if not all(_PERSON.fullmatch(value) for value in values):
        raise ValueError("it must be ids of Slack users, such as U024BE7LH, separated by commas; no names")
    return values


def _group(value: str) -> str:
    if not _GROUP.fullmatch(value):
        raise ValueError("it must be the id of a Slack user group, such as S0604QSJC")
    return value


def _channel(value: str) -> str:
    if not _CHANNEL.fullmatch(value):
        raise ValueError("it must be the id of a Slack channel, such as C024BE91L")
    return value


def _hosts(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        match = _HOST.fullmatch(value)
        if match is None or not 0 < int(match.group(1)) < 65536:
            raise ValueError("it must be host:port, such as localhost:8080, separated by commas; no http://")
    return tuple(value.lower() for value in values)


def _url(value: str) -> str:
    if not _is_base(value):
        raise ValueError(
            "it must be an address such as https://example.com, without user name, query or fragment"
        )
    return value


def _is_base(value: str) -> bool:
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        return False
    return _KEY.fullmatch(value) is not None and port != 0 and _names_a_place(parts)


def _names_a_place(parts: SplitResult) -> bool:
    more = "@" in parts.netloc or parts.query or parts.fragment
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not more


def _api_url(value: str) -> str:
    return _url(value).rstrip("/") + "/"


def _database(value: SecretStr) -> SecretStr:
    try:
        parse_url(value.get_secret_value())
    except SettingsError as wrong:
        raise BadSetting(wrong.sentences) from None
    return value


def _prices(path: Path) -> Path:
    from bot.domain.requests.pricing import PriceTable  # noqa: PLC0415 - seldom set, and slow to import

    try:
        PriceTable.load(path)
    except SettingsError as wrong:
        raise BadSetting(wrong.sentences) from None
    return path


SECRET_KEY_LENGTH = 32
"""Whoever guesses the key can sign links to people's pictures, and guesses are free: one link is enough to
try them on."""

MOST = 1_000_000
"""A higher number is a typing mistake: who wants no limit writes ``none``."""

Amount = Annotated[Money | None, NoDecode, BeforeValidator(_money_or_none)]
Count = Annotated[Annotated[int, Field(ge=1, le=MOST)] | None, BeforeValidator(_count_or_none)]
Seconds = Annotated[float, Field(ge=0.01, allow_inf_nan=False)]
People = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_words), AfterValidator(_people)]
Hosts = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_words), AfterValidator(_hosts)]
Secret = Annotated[SecretStr, AfterValidator(_secret)]
SecretKey = Annotated[SecretStr, AfterValidator(_secret_key)]
Key = Annotated[str, AfterValidator(_key)]
Command = Annotated[str, AfterValidator(_command)]
Group = Annotated[str, AfterValidator(_group)]
Channel = Annotated[str, AfterValidator(_channel)]
Url = Annotated[str, AfterValidator(_url)]
ApiUrl = Annotated[str, AfterValidator(_api_url)]
DatabaseUrl = Annotated[SecretStr, AfterValidator(_database)]
Prices = Annotated[Path, AfterValidator(_prices)]
