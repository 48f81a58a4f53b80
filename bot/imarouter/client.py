"""`ImaRouter`: the image API behind the port, in whichever of its dialects it is served."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import httpx
import structlog
from pydantic import SecretStr

from bot.availability import Availability
from bot.domain.errors import SettingsError
from bot.domain.problem import Problem
from bot.domain.requests.request import PictureRequest
from bot.errors import GivenUp, OutcomeUnknown, TryLater, Unreachable
from bot.imarouter import fields
from bot.imarouter.answers import (
    INLINE_SCHEME,
    Balance,
    Json,
    balance_in,
    inline_picture,
    money_in,
    odd_amount_in,
    parse,
    read_poll,
    task_id_in,
)
from bot.imarouter.dialect_choice import DialectChoice
from bot.imarouter.dialects import Dialect, ImagesDialect, JobsDialect
from bot.imarouter.download import MAX_BYTES, Downloader, Inspect
from bot.imarouter.error_reasons import ErrorBody, known_reason, read_error
from bot.imarouter.errors import (
    ErrorAction,
    answer_to_poll,
    error_for_submit,
    given_up,
    rule_for_submit,
)
from bot.imarouter.http import Timeouts, api_client, download_client, root_of
from bot.imarouter.probe import Finding, finding_of
from bot.imarouter.request import Answer, NoAnswer, Unsent, exchange
from bot.ports import Done, Failed, Order, Pending, Receipt, Store
from bot.retry_after import retry_after
from bot.trusted_hosts import TrustedHosts

_log = structlog.get_logger(__name__)

MAX_ANSWER_BYTES = 1 << 20
"""For an answer without pictures in it."""
MAX_POLL_ANSWER_BYTES = 48 << 20
"""For a poll answer, which may hold pictures as base64."""
PARSED_IN_THREAD_BYTES = 1 << 18
"""JSON that is larger is parsed in a thread, so that it does not hold up the event loop."""
UNKNOWN_TASK_ID = "task_doctor_asks_for_nothing"


class ImaRouter:
    """Implements ``bot.ports.ImageProvider``. Build one for the process, and close it with ``aclose``: it
    holds the two HTTP clients. It may be built outside an event loop.

    ``store`` keeps the dialect that was found. ``inspect`` decides whether a file is a picture.
    ``trusted_hosts`` are ``host:port`` pairs that may be plain http and private. ``on_date`` is called with
    the ``Date`` header of every answer. Raises SettingsError for an address or key that cannot be sent.
    """

    def __init__(
        self,
        *,
        base_url: str,
        api_key: SecretStr,
        api: Literal["auto", "jobs", "images"],
        model: str,
        store: Store,
        inspect: Inspect,
        trusted_hosts: Iterable[str] = (),
        timeouts: Timeouts | None = None,
        max_bytes: int = MAX_BYTES,
        transport: httpx.AsyncBaseTransport | None = None,
        on_date: Callable[[str | None], None] = lambda _date: None,
    ) -> None:
        key = api_key.get_secret_value().strip()
        if not key or not key.isascii() or not key.isprintable() or " " in key:
            raise SettingsError(["IMAROUTER_API_KEY is not a key."])
        trusted = TrustedHosts(trusted_hosts)
        context = httpx.create_ssl_context()
        self._secrets = (key,)
        self._timeouts = timeouts or Timeouts()
        self._api = api_client(
            root=root_of(base_url), key=key, context=context, transport=transport, on_date=on_date
        )
        self._files = download_client(trusted=trusted, context=context, transport=transport)
        self._downloads = Downloader(
            client=self._files,
            trusted=trusted,
            inspect=inspect,
            timeouts=self._timeouts,
            now=_now,
            max_bytes=max_bytes,
        )
        self._dialects: dict[str, Dialect] = {"jobs": JobsDialect(model), "images": ImagesDialect(model)}
        self._choice = DialectChoice(api, store)
        self._outage = Availability(
            gone="provider_unreachable", back="provider_back", patience=3, level=logging.WARNING
        )
        self._account = Availability(
            gone="provider_account_problem", back="provider_account_works", level=logging.WARNING
        )
        self._unknown_statuses: set[str] = set()

    @property
    def reachable(self) -> bool:
        """False while the provider is away (three failures in a row, none answered since)."""
        return not self._outage.ongoing

    async def aclose(self) -> None:
        await self._api.aclose()
        await self._files.aclose()

    async def plan(self, request: PictureRequest) -> list[int]:
        """See the port. In the jobs dialect one task gives all pictures (provider reference 1), in the images
        dialect each task gives one (provider reference 2.8)."""
        dialect = self._dialects[await self._choice.current()]
        return [request.n] if dialect.returns_many else [1] * request.n

    async def max_sources(self) -> int:
        """See the port."""
        return self._dialects[await self._choice.current()].max_sources

    async def submit(self, order: Order) -> Receipt:
        """See the port. One POST, on a fresh connection; decisions in ``errors.SUBMIT``."""
        dialect = self._dialects[await self._choice.current()]
        if order.n > 1 and not dialect.returns_many:
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
        except NoAnswer as lost:
            raise OutcomeUnknown(f"no answer to the paid call ({lost})") from lost
        return await self._receipt(answer, dialect, order)

    async def poll(self, task_id: str, dialect: str) -> Pending | Done | Failed:
        """See the port. ``dialect`` is the one that the task was submitted in; ValueError if it is none."""
        answer = await self._poll_answer(task_id, dialect)
        document = await _document(answer)
        result = None
        if 200 <= answer.status < 300 and document is not None:
            result = read_poll(document, task_id=task_id, dialect=dialect, secrets=self._secrets)
        if result is None:
            error_body = read_error(answer.body or b"")
            self._note_account(answer, error_body)
            after = retry_after(answer.headers, _now())
            return Failed(answer_to_poll(answer.status, error_body, after=after, secrets=self._secrets))
        self._note_unknown_status(result.unknown_status)
        outcome = result.outcome
        if isinstance(outcome, Failed) and outcome.failure.problem is Problem.PROVIDER_ACCOUNT:
            self._account.failed(status=answer.status)
        return outcome

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
        return await self._downloads.save(picture, to)

    async def balance(self) -> Balance:
        """What the account has left and has used. Costs nothing; safe to repeat. Raises TryLater, or GivenUp
        with PROVIDER_ACCOUNT."""
        answer = await self._get(fields.BALANCE_PATH)
        document = await _document(answer)
        if answer.status in {400, 401, 402, 403, 404} or (document or {}).get("success") is False:
            text = read_error(answer.body or b"").text
            raise given_up(Problem.PROVIDER_ACCOUNT, f"HTTP {answer.status} {text}", self._secrets)
        if answer.status != 200 or document is None:
            raise TryLater(f"the balance could not be read (HTTP {answer.status})")
        return balance_in(document)

    async def probe(self) -> dict[str, Finding]:
        """Whether each dialect's status route answers, found by asking for a task that does not exist. Costs
        nothing; safe to repeat; never raises for an unreachable provider."""
        found: dict[str, Finding] = {}
        for name, dialect in self._dialects.items():
            try:
                answer = await self._get(dialect.poll_path(UNKNOWN_TASK_ID))
            except TryLater:
                found[name] = "unreachable"
            else:
                found[name] = finding_of(answer.status, answer.body)
        return found

    async def _receipt(self, answer: Answer, dialect: Dialect, order: Order) -> Receipt:
        document = await _document(answer)
        task_id = task_id_in(document) if document is not None else None
        if document is not None and task_id is not None and 200 <= answer.status < 300:
            self._choice.works(dialect.name)
            self._account.worked()
            odd = odd_amount_in(document, zero_is_odd=False)
            return Receipt(task_id, dialect.name, money_in(document), odd)
        error_body = read_error(answer.body or b"")
        rule = rule_for_submit(
            answer.status,
            error_body,
            has_id=task_id is not None,
            has_sources=bool(order.source_urls),
            body_lost=answer.body is None,
        )
        after = retry_after(answer.headers, _now())
        if rule.action is ErrorAction.NO_ROUTE:
            error = await self._choice.missing(dialect.name)
        else:
            error = error_for_submit(rule, answer.status, error_body, after=after, secrets=self._secrets)
        if isinstance(error, GivenUp) and error.failure.problem is Problem.PROVIDER_ACCOUNT:
            self._account.failed(status=answer.status)
        raise error

    async def _poll_answer(self, task_id: str, dialect: str) -> Answer:
        if dialect not in self._dialects:
            raise ValueError("no such dialect")
        return await self._get(self._dialects[dialect].poll_path(task_id), max_bytes=MAX_POLL_ANSWER_BYTES)

    async def _get(self, path: str, *, max_bytes: int = MAX_ANSWER_BYTES) -> Answer:
        """A GET; raises Unreachable when there is no answer."""
        try:
            return await self._ask("GET", path, seconds=self._timeouts.poll, max_bytes=max_bytes)
        except (Unsent, NoAnswer) as away:
            raise Unreachable(f"the provider did not answer ({away})") from away

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        seconds: float,
        payload: Json | None = None,
        max_bytes: int = MAX_ANSWER_BYTES,
    ) -> Answer:
        """Send one request, and note whether the provider answers at all. Raises Unsent or NoAnswer."""
        try:
            answer = await exchange(
                self._api,
                method,
                path,
                timeout=self._timeouts.per_read(seconds),
                max_bytes=max_bytes,
                payload=payload,
            )
        except (Unsent, NoAnswer) as away:
            self._outage.failed(error=str(away))
            raise
        if answer.status >= 500:
            self._outage.failed(status=answer.status)
        else:
            self._outage.worked()
        return answer

    def _note_account(self, answer: Answer, error_body: ErrorBody) -> None:
        reason = known_reason(error_body)
        is_known = reason is not None and reason.problem is Problem.PROVIDER_ACCOUNT
        if is_known or answer.status in {401, 402, 403}:
            self._account.failed(status=answer.status)

    def _note_unknown_status(self, word: str | None) -> None:
        """Log each unknown status word once; such a task counts as still being drawn."""
        if word and word not in self._unknown_statuses and len(self._unknown_statuses) < 100:
            self._unknown_statuses.add(word)
            _log.warning("provider_status_unknown", word=word)


async def _document(answer: Answer) -> Json | None:
    if answer.body is None:
        return None
    if len(answer.body) > PARSED_IN_THREAD_BYTES:
        return await asyncio.to_thread(parse, answer.body)
    return parse(answer.body)


def _now() -> datetime:
    return datetime.now(UTC)
