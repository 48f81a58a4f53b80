"""`ImaRouter`: the image API behind the port, in whichever of its dialects it is served."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import httpx
import structlog
from pydantic import SecretStr

from bot.availability import Availability
from bot.domain.errors import SettingsError
from bot.domain.money import Money
from bot.domain.problem import Problem
from bot.domain.requests.request import PictureRequest
from bot.errors import GivenUp, OutcomeUnknown, TryLater, Unreachable
from bot.imarouter import fields
from bot.imarouter.answers import (
    INLINE_SCHEME,
    Json,
    balance_in,
    inline_picture,
    money_in,
    odd_amount_in,
    parse,
    read_poll,
    task_id_in,
)
from bot.imarouter.dialect_choice import DialectChoice, DialectMemory
from bot.imarouter.dialects import Dialect, Images, Jobs
from bot.imarouter.download import MOST_BYTES, Downloader, Inspect
from bot.imarouter.error_reasons import ReportedError, known_reason, read_error
from bot.imarouter.errors import (
    ErrorAction,
    answer_to_poll,
    error_for_submit,
    given_up,
    retry_after,
    rule_for_submit,
)
from bot.imarouter.http import Timeouts, api_client, download_client
from bot.imarouter.probe import Finding, finding_of
from bot.imarouter.request import Answer, Lost, Unsent, exchange
from bot.ports import Done, Failed, Order, Pending, Receipt

_log = structlog.get_logger(__name__)

SMALL = 1 << 20
"""Bytes of an answer without pictures in it."""
LARGE = 48 << 20
"""Bytes of a poll answer, which may hold a picture as base64."""
OFF_LOOP = 1 << 18
"""Larger JSON is parsed in a thread."""
BOGUS_TASK = "task_doctor_asks_for_nothing"


@dataclass(frozen=True, slots=True)
class Balance:
    """The account behind the key, in dollars; None where the provider did not say (provider
    reference 2.1)."""

    balance: Money | None
    used: Money | None


class ImaRouter:
    """Implements ``bot.ports.ImageProvider``. One for the process: it holds the two HTTP clients.

    Built outside or inside an event loop; to be closed with ``aclose``. Raises SettingsError for an address
    or key that cannot be sent. ``trusted_hosts`` (``host:port``) may be plain http and private. ``heard`` is
    told the ``Date`` of every answer.
    """

    def __init__(
        self,
        *,
        base_url: str,
        api_key: SecretStr,
        api: Literal["auto", "jobs", "images"],
        model: str,
        memory: DialectMemory,
        inspect: Inspect,
        trusted_hosts: Iterable[str] = (),
        timeouts: Timeouts | None = None,
        most_bytes: int = MOST_BYTES,
        transport: httpx.AsyncBaseTransport | None = None,
        heard: Callable[[str | None], None] = lambda _date: None,
    ) -> None:
        key = api_key.get_secret_value().strip()
        if not key or not key.isascii() or not key.isprintable() or " " in key:
            raise SettingsError(["IMAROUTER_API_KEY is not a key."])
        trusted = frozenset(host.strip().lower() for host in trusted_hosts)
        context = httpx.create_ssl_context()
        self._secrets = (key,)
        self._timeouts = timeouts or Timeouts()
        self._api = api_client(
            root=root_of(base_url), key=key, context=context, transport=transport, heard=heard
        )
        self._files = download_client(trusted=trusted, context=context, transport=transport)
        self._downloads = Downloader(
            client=self._files,
            trusted=trusted,
            inspect=inspect,
            timeouts=self._timeouts,
            now=_now,
            most_bytes=most_bytes,
        )
        self._dialects: dict[str, Dialect] = {"jobs": Jobs(model), "images": Images(model)}
        self._choice = DialectChoice(api, memory)
        self._outage = Availability(gone="provider_unreachable", back="provider_back", patience=3)
        self._account = Availability(gone="provider_account_problem", back="provider_account_works")
        self._strange: set[str] = set()

    @property
    def reachable(self) -> bool:
        """False while the provider is away (three failures in a row, none answered since)."""
        return not self._outage.ongoing

    async def aclose(self) -> None:
        await self._api.aclose()
        await self._files.aclose()

    async def plan(self, request: PictureRequest) -> list[int]:
        """See the port. Jobs: one task gives all; images: one picture a task (provider reference 1, 2.8)."""
        dialect = self._dialects[await self._choice.current()]
        return [request.n] if dialect.many else [1] * request.n

    async def max_sources(self) -> int:
        """See the port."""
        return self._dialects[await self._choice.current()].max_sources

    async def submit(self, order: Order) -> Receipt:
        """See the port. One POST, on a fresh connection; decisions in ``errors.SUBMIT``."""
        dialect = self._dialects[await self._choice.current()]
        if order.n > 1 and not dialect.many:
            raise self._choice.outdated()
        try:
            body = dialect.body(order)
        except ValueError as bad:
            raise given_up(Problem.SOURCE_UNREACHABLE, str(bad)) from None
        try:
            answer = await self._ask(
                "POST", dialect.submit_path(order), seconds=self._timeouts.submit, payload=body
            )
        except Unsent as unsent:
            raise Unreachable(f"the provider cannot be reached ({unsent})") from unsent
        except Lost as lost:
            raise OutcomeUnknown(f"no answer to the paid call ({lost})") from lost
        return await self._receipt(answer, dialect)

    async def poll(self, task_id: str, dialect: str) -> Pending | Done | Failed:
        """See the port. ``dialect`` is the one that the task was submitted in; ValueError if it is none."""
        answer = await self._poll_answer(task_id, dialect)
        document = await _document(answer)
        reading = None
        if 200 <= answer.status < 300 and document is not None:
            reading = read_poll(document, task_id=task_id, dialect=dialect, secrets=self._secrets)
        if reading is None:
            reported = read_error(answer.body or b"")
            self._note_account(answer, reported)
            after = retry_after(answer.headers, _now())
            return Failed(answer_to_poll(answer.status, reported, after=after, secrets=self._secrets))
        self._note_strange(reading.strange)
        ended = reading.answer
        if isinstance(ended, Failed) and ended.failure.problem is Problem.PROVIDER_ACCOUNT:
            self._account.failed(status=answer.status)
        return ended

    async def download(self, url: str, to: Path) -> int:
        """See the port. A picture that came inside a poll answer is asked for again and decoded."""
        if not url.startswith(INLINE_SCHEME):
            return await self._downloads.fetch(url, to)
        dialect, index, task_id = url.removeprefix(INLINE_SCHEME).split(":", 2)
        answer = await self._poll_answer(task_id, dialect)
        if answer.status in {400, 404, 410}:
            raise given_up(Problem.RESULT_GONE, f"HTTP {answer.status} for the task with the picture in it")
        document = await _document(answer)
        if document is None or read_poll(document, task_id=task_id, dialect=dialect) is None:
            raise TryLater("the answer with the picture in it could not be read")
        picture = await asyncio.to_thread(inline_picture, document, int(index))
        if picture is None:
            raise given_up(Problem.RESULT_GONE, "the answer has no picture in it any more")
        return await self._downloads.keep(picture, to)

    async def balance(self) -> Balance:
        """What the account has left and has used. Costs nothing. Raises TryLater or GivenUp (account)."""
        answer = await self._get(fields.BALANCE_PATH)
        document = await _document(answer)
        if answer.status in {400, 401, 402, 403, 404} or (document or {}).get("success") is False:
            text = read_error(answer.body or b"").text
            raise given_up(Problem.PROVIDER_ACCOUNT, f"HTTP {answer.status} {text}", self._secrets)
        if answer.status != 200 or document is None:
            raise TryLater(f"the balance could not be read (HTTP {answer.status})")
        return Balance(balance_in(document, fields.BALANCE_LEFT), balance_in(document, fields.BALANCE_USED))

    async def probe(self) -> dict[str, Finding]:
        """Which dialect's status route answers, found by asking for a task that is none. Costs nothing."""
        found: dict[str, Finding] = {}
        for name, dialect in self._dialects.items():
            try:
                answer = await self._get(dialect.poll_path(BOGUS_TASK))
            except TryLater:
                found[name] = "unreachable"
            else:
                found[name] = finding_of(answer.status, answer.body)
        return found

    async def _receipt(self, answer: Answer, dialect: Dialect) -> Receipt:
        document = await _document(answer)
        task_id = task_id_in(document) if document is not None else None
        if document is not None and task_id is not None and 200 <= answer.status < 300:
            self._choice.works(dialect.name)
            self._account.worked()
            odd = odd_amount_in(document, zero_is_odd=False)
            return Receipt(task_id, dialect.name, money_in(document), odd)
        reported = read_error(answer.body or b"")
        rule = rule_for_submit(
            answer.status, reported, has_id=task_id is not None, body_lost=answer.body is None
        )
        after = retry_after(answer.headers, _now())
        if rule.action is ErrorAction.NO_ROUTE:
            error = await self._choice.missing(dialect.name)
        else:
            error = error_for_submit(rule, answer.status, reported, after=after, secrets=self._secrets)
        if isinstance(error, GivenUp) and error.failure.problem is Problem.PROVIDER_ACCOUNT:
            self._account.failed(status=answer.status)
        raise error

    async def _poll_answer(self, task_id: str, dialect: str) -> Answer:
        if dialect not in self._dialects:
            raise ValueError("no such dialect")
        return await self._get(self._dialects[dialect].poll_path(task_id), most_bytes=LARGE)

    async def _get(self, path: str, *, most_bytes: int = SMALL) -> Answer:
        """A GET; raises Unreachable when there is no answer."""
        try:
            return await self._ask("GET", path, seconds=self._timeouts.poll, most_bytes=most_bytes)
        except (Unsent, Lost) as away:
            raise Unreachable(f"the provider did not answer ({away})") from away

    async def _ask(
        self, method: str, path: str, *, seconds: float, payload: Json | None = None, most_bytes: int = SMALL
    ) -> Answer:
        """Send once and keep count of outages. Raises Unsent or Lost."""
        try:
            answer = await exchange(
                self._api,
                method,
                path,
                timeout=self._timeouts.reading(seconds),
                most_bytes=most_bytes,
                payload=payload,
            )
        except (Unsent, Lost) as away:
            self._outage.failed(error=str(away))
            raise
        if answer.status >= 500:
            self._outage.failed(status=answer.status)
        else:
            self._outage.worked()
        return answer

    def _note_account(self, answer: Answer, reported: ReportedError) -> None:
        reason = known_reason(reported)
        by_name = reason is not None and reason.problem is Problem.PROVIDER_ACCOUNT
        if by_name or answer.status in {401, 402, 403}:
            self._account.failed(status=answer.status)

    def _note_strange(self, word: str | None) -> None:
        """Say once that there is a status word that we do not know; it counts as still drawing."""
        if word and word not in self._strange and len(self._strange) < 100:
            self._strange.add(word)
            _log.warning("provider_status_unknown", word=word)


def root_of(base_url: str) -> str:
    """The base URL without a trailing slash and without any ``/v1`` (provider reference 2.1). Raises
    SettingsError."""
    root = base_url.strip().rstrip("/")
    while root.endswith("/v1"):
        root = root.removesuffix("/v1").rstrip("/")
    try:
        url = httpx.URL(root)
    except httpx.InvalidURL:
        url = httpx.URL("")
    if url.scheme not in {"http", "https"} or not url.host or url.query or url.fragment or url.userinfo:
        raise SettingsError(
            ["IMAROUTER_BASE_URL is not an http(s) address such as https://api.imarouter.com."]
        )
    return root


async def _document(answer: Answer) -> Json | None:
    if answer.body is None:
        return None
    if len(answer.body) > OFF_LOOP:
        return await asyncio.to_thread(parse, answer.body)
    return parse(answer.body)


def _now() -> datetime:
    return datetime.now(UTC)
