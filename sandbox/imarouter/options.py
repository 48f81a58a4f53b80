"""What can be switched in the simulated provider; a default is the best-attested behaviour."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Dialect = Literal["jobs", "images"]
Amount = Literal["present", "zero", "null", "absent", "negative", "nan", "string", "absurd"]
ResultMode = Literal[
    "ok", "gone", "forbidden", "redirect", "wrong_type", "html", "oversize", "truncated", "moved"
]
RefusalShape = Literal["task", "nested", "openai", "new_api", "text", "plain", "empty"]


class Options(BaseModel):
    """Switches of one simulated provider; `changed` makes the next set from a partial one."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    # who may call
    api_key: str = "sk-sandbox"
    username: str = "sandbox"
    balance_usd: float = 100.0
    """The balance to start with; changing it sets the balance."""
    models: frozenset[str] = frozenset({"gpt-image-2"})
    """Models that this key's group has; others are `model_not_found`."""

    # dialects and shapes
    dialects: frozenset[Dialect] = frozenset({"jobs", "images"})
    missing_route: Literal["gateway", "plain_404", "plain_405"] = "gateway"
    """How a dialect that is not served is refused; `gateway` is New API's "Invalid URL" 404."""
    submit_shape: Literal["plain", "wrapped", "data_id", "no_id"] = "plain"
    poll_shape: Literal["wrapped", "flat", "flat_b64", "video"] = "wrapped"
    """Images dialect: `wrapped` is shape W, seen by users; the others come from the gateway's source."""
    refusal_shape: RefusalShape | None = None
    """Shape of the model's own refusals (size, moderation, …); None: `nested` (images), `openai` (jobs)."""
    uppercase_status: bool = False
    """The documentation says "completed" in one place and "COMPLETED" in another."""
    status_words: dict[str, str] = Field(default_factory=dict)
    """Other words for `queued`, `running`, `done`, `failed`."""
    jobs_usage: bool = False
    """Jobs dialect: add `usage` and `amount_usd` ("usage metadata" is promised, no field name is given)."""
    usage: Literal["split", "total", "absent"] = "split"
    """`total`: input 0 and output = total, as the gateway fills it when only a total is known."""

    # money
    price_factor: float = Field(default=1.0, ge=0)
    """Everything costs so many times the table."""
    amount: Amount = "present"
    """What `amount_usd` says of a finished task; the balance always moves by the real price."""
    amount_factor: float = Field(default=1.0, ge=0)
    """The bill is so many times what was pre-charged: a surprise, in `amount_usd` and in the balance."""
    amount_at_submit: bool = False

    # time
    speed: float = Field(default=20.0, gt=0)
    """Divides the realistic durations: 20 for the demo, 1000 for tests."""
    duration_seconds: float | None = Field(default=None, ge=0)
    """Every task takes just this long, whatever the speed."""
    refresh_seconds: float = Field(default=0.0, ge=0)
    """The gateway refreshes a task's row only so often (15 in New API); divided by `speed`. 0: at once."""

    date: str | None = None
    """The Date header of every answer; None: the real time."""

    # limits
    concurrency: int | None = Field(default=None, ge=0)
    """Unfinished tasks; the next submit is a 429."""
    submits_per_minute: int | None = Field(default=None, ge=0)
    polls_per_minute: int | None = Field(default=None, ge=0)
    retry_after: int | str | None = None
    """Retry-After of a 429; only newer gateways send it. Seconds, or the header's whole text."""
    rate_limit_body: Literal["empty", "chinese", "json"] = "chinese"

    # what the model takes
    prompt_limit: int = 32_000
    n_max: int = 10
    max_sources: int = 16
    """1: as one production user reports of this provider."""
    verified_sizes_only: bool = False
    """Only the three sizes that were seen to work on the provider."""
    strict_fields: bool = False
    """Refuse fields that the gateway would drop silently: finds a client's typing errors."""

    # sources
    private_sources: bool = True
    """False, as in life: loopback and private addresses are unreachable for the provider."""
    fetch_delay_seconds: float = Field(default=0.0, ge=0)
    """Real seconds a task waits before its sources are fetched: how long a link has to stay valid."""
    fetch_timeout_seconds: float = Field(default=10.0, gt=0)
    mask_checked: Literal["submit", "late"] = "submit"

    # results
    result: ResultMode = "ok"
    result_base: str | None = None
    """Scheme, host and port of result links, when not this server's own."""
    redirect_to: str | None = None
    """Where `redirect` points; None: to a working link on this server."""
    oversize_bytes: int = 300_000_000
    plain_pictures: bool = False
    """Flat colour instead of drawings, for benchmarks."""

    def changed(self, values: dict[str, Any]) -> Options:
        """These options with some changed; ValueError (pydantic's) for an unknown name or a bad value."""
        return Options.model_validate({**self.model_dump(), **values})
