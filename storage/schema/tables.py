"""The tables as they are now. How they came to be is in ``migrations``; a test keeps the two equal."""

from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from bot.domain.jobs.job import Delivery, PictureState, Status, SubmissionState
from bot.domain.jobs.shown import PostingKind
from bot.domain.jobs.task import TaskKind
from bot.domain.problem import Problem
from bot.domain.requests.request import Format, Kind, Manner, Quality
from bot.domain.requests.source import SourceRole
from storage.schema.columns import Micros, Sentences, UtcTime, Word

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

# SQLite numbers rows by itself only in a column of exactly this type.
RowId = BigInteger().with_variant(Integer, "sqlite")

QUEUED = text("status = 'queued'")
IN_SET = text("set_id IS NOT NULL")
RUNNING = text("status IN ('submitting', 'running')")
"""One text for index and query: SQLite uses a partial index only if the query has the same condition."""


def one_of(column: str, words: type[StrEnum]) -> CheckConstraint:
    """A CHECK that ``column`` holds one of the values of ``words``."""
    return CheckConstraint(f"{column} IN ({', '.join(repr(word.value) for word in words)})", name=column)


jobs = Table(
    "jobs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("request_key", Text, nullable=False, unique=True),
    Column("team_id", Text, nullable=False),
    Column("channel_id", Text, nullable=False),
    Column("thread_ts", Text),
    Column("user_id", Text, nullable=False),
    Column("kind", Word(Kind), nullable=False),
    Column("prompt", Text, nullable=False),
    Column("width", Integer),
    Column("height", Integer),
    Column("quality", Word(Quality), nullable=False),
    Column("format", Word(Format), nullable=False),
    Column("n", Integer, nullable=False),
    Column("sources", Integer, nullable=False),
    Column("has_mask", Boolean, nullable=False),
    Column("status", Word(Status), nullable=False),
    Column("delivery", Word(Delivery), nullable=False),
    Column("estimate_micros", Micros, nullable=False),
    Column("price_version", Text, nullable=False),
    Column("cost_micros", Micros),
    Column("cost_is_estimate", Boolean, nullable=False),
    Column("problem", Word(Problem)),
    Column("problem_detail", Text),
    Column("parent_id", Text),
    Column("status_ts", Text),
    Column("reply_url", Text),  # a secret: emptied when the job ends, never logged
    Column("notes", Sentences, nullable=False),
    Column("started_at", UtcTime),
    Column("finished_at", UtcTime),
    Column("announce_intent_at", UtcTime),
    Column("share_intent_at", UtcTime),
    Column("shown", Text),
    Column("shown_at", UtcTime),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Column("ask_ts", Text),
    Column("is_private", Boolean),  # whether only members may read there; NULL: not known
    Column("parent_picture", Integer),
    Column("result_ts", Text),
    Column("result_has_blocks", Boolean, nullable=False, server_default=false()),
    Column("manner", Word(Manner), nullable=False, server_default=text("'plain'")),
    Column("set_id", Text),
    Column("set_position", Integer),
    Column("set_size", Integer),
    Column("set_label", Text),
    Column("set_words", Text),
    one_of("kind", Kind),
    one_of("quality", Quality),
    one_of("format", Format),
    one_of("status", Status),
    one_of("delivery", Delivery),
    CheckConstraint("n >= 1", name="n"),
    CheckConstraint("estimate_micros >= 0", name="estimate_micros"),
    CheckConstraint("cost_micros >= 0", name="cost_micros"),
    CheckConstraint("(width IS NULL) = (height IS NULL)", name="size"),
    Index(None, "team_id", "created_at"),
    Index(None, "team_id", "channel_id", "thread_ts"),
    # With status in it the index alone answers the query: without statistics SQLite prefers it only then.
    Index(
        "ix_jobs_running",
        "team_id",
        "user_id",
        "channel_id",
        "status",
        sqlite_where=RUNNING,
        postgresql_where=RUNNING,
    ),
    Index("ix_jobs_queued", "team_id", "created_at", sqlite_where=QUEUED, postgresql_where=QUEUED),
    Index("ix_jobs_set_id", "set_id", sqlite_where=IN_SET, postgresql_where=IN_SET),
)

submissions = Table(
    "submissions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("job_id", Text, ForeignKey("jobs.id"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("n", Integer, nullable=False),
    Column("state", Word(SubmissionState), nullable=False),
    Column("dialect", Text),
    Column("provider_task_id", Text),
    Column("amount_micros", Micros),
    Column("problem", Word(Problem)),
    Column("problem_detail", Text),
    Column("polls", Integer, nullable=False),
    Column("intent_at", UtcTime),
    Column("submitted_at", UtcTime),
    Column("first_processing_at", UtcTime),
    Column("last_pending_poll_at", UtcTime),
    Column("done_seen_at", UtcTime),
    Column("reorders", Integer, nullable=False, server_default=text("0")),
    one_of("state", SubmissionState),
    CheckConstraint("n >= 1", name="n"),
    CheckConstraint("polls >= 0", name="polls"),
    UniqueConstraint("job_id", "ordinal"),
)

pictures = Table(
    "pictures",
    metadata,
    Column("id", Text, primary_key=True),
    Column("job_id", Text, ForeignKey("jobs.id"), nullable=False),
    Column("submission_id", Text, ForeignKey("submissions.id"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("state", Word(PictureState), nullable=False),
    Column("url", Text, nullable=False),
    Column("sha256", Text),
    Column("size_bytes", BigInteger),
    Column("width", Integer),
    Column("height", Integer),
    Column("format", Text),
    Column("file_id", Text),
    Column("upload_url", Text),
    Column("problem", Word(Problem)),
    Column("problem_detail", Text),
    Column("alt_text", Text),
    one_of("state", PictureState),
    UniqueConstraint("job_id", "ordinal"),
)

previews = Table(
    "previews",
    metadata,
    Column("job_id", Text, ForeignKey("jobs.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("state", Word(PictureState), nullable=False),
    Column("sha256", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("file_id", Text),
    Column("upload_url", Text),
    one_of("state", PictureState),
)

postings = Table(
    "postings",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Word(PostingKind), nullable=False),
    Column("job_id", Text, ForeignKey("jobs.id"), nullable=False, index=True),
    Column("number", Integer, nullable=False),
    Column("team_id", Text, nullable=False),
    Column("channel_id", Text, nullable=False),
    Column("thread_ts", Text),
    Column("is_private", Boolean),
    Column("user_id", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("ts", Text),
    Column("line", Text, nullable=False),
    Column("intent_at", UtcTime),
    one_of("kind", PostingKind),
    Index(None, "team_id", "channel_id", "thread_ts"),
)

tasks = Table(
    "tasks",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("kind", Word(TaskKind), nullable=False),
    Column("team_id", Text, nullable=False),
    Column("job_id", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("due_at", UtcTime),  # NULL: finished or parked; of a leased task: the lease's end
    Column("owner", Text),  # NULL: not leased
    Column("fence", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("again_at", UtcTime),  # woken while leased: due at this time once the lease ends normally
    Column("parked_at", UtcTime),
    Column("error", Text),
    Column("faults", Integer, nullable=False, server_default=text("0")),
    Column("starts", Integer, nullable=False, server_default=text("0")),  # claims without an orderly end
    CheckConstraint("owner IS NULL OR due_at IS NOT NULL", name="owner"),
    CheckConstraint("parked_at IS NULL OR due_at IS NULL", name="parked_at"),
    UniqueConstraint("kind", "job_id", "subject"),
    Index(
        "ix_tasks_due",
        "kind",
        "due_at",
        sqlite_where=text("due_at IS NOT NULL"),
        postgresql_where=text("due_at IS NOT NULL"),
    ),
    Index(
        "ix_tasks_parked",
        "job_id",
        sqlite_where=text("parked_at IS NOT NULL"),
        postgresql_where=text("parked_at IS NOT NULL"),
    ),
    sqlite_autoincrement=True,
    postgresql_with={"fillfactor": 70},  # rows are updated often: leaves room to do so in place
)

key_values = Table(
    "memos",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
)

workers = Table(
    "workers",
    metadata,
    Column("owner", Text, primary_key=True),
    Column("seen_at", UtcTime, nullable=False),
)
"""The processes that serve this database, where several do."""

sources = Table(
    "sources",
    metadata,
    Column("id", Text, primary_key=True),
    Column("job_id", Text, ForeignKey("jobs.id"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("role", Word(SourceRole), nullable=False),
    Column("file_id", Text),
    Column("picture_id", Text),
    Column("name", Text, nullable=False),
    Column("url", Text),
    Column("width", Integer),
    Column("height", Integer),
    one_of("role", SourceRole),
    UniqueConstraint("job_id", "ordinal"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("key", Text, primary_key=True),
    Column("team_id", Text, nullable=False),
    Column("channel_id", Text, nullable=False),
    Column("thread_ts", Text),
    Column("ts", Text, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("is_mention", Boolean, nullable=False),
    Column("is_direct", Boolean, nullable=False),
    Column("files", Text, nullable=False),
    Column("heard_at", UtcTime, nullable=False),
    Column("is_deleted", Boolean, nullable=False, server_default=false()),  # its author deleted it
    Column("is_private", Boolean),  # as in jobs
    # By words, with blanks between. The default is for versions that put "seen" there and record nothing.
    Column("reactions", Text, nullable=False, server_default=text("'seen'")),
    Index(None, "team_id", "channel_id", "thread_ts"),
)

published_sources = Table(
    "shelf",
    metadata,
    Column("source_id", Text, primary_key=True),
    Column("data", LargeBinary, nullable=False),  # a piece of it
    Column("mimetype", Text, nullable=False),
    Column("expires_at", UtcTime, nullable=False, index=True),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
)
