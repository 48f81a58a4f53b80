"""One unit of work: the repositories over one session."""

from __future__ import annotations

from functools import cached_property

from storage.repositories.admin_notices import SqlAdminNotices
from storage.repositories.alerts import SqlAlerts
from storage.repositories.books import SqlBooks
from storage.repositories.fair_queue import SqlQueue
from storage.repositories.inbox import SqlInbox
from storage.repositories.jobs import SqlJobs
from storage.repositories.key_values import SqlKeyValues
from storage.repositories.ledger import SqlLedger
from storage.repositories.limits import SqlLimits
from storage.repositories.pending_requests import SqlPendingRequests
from storage.repositories.pictures import SqlPictures
from storage.repositories.postings import SqlPostings
from storage.repositories.previews import SqlPreviews
from storage.repositories.published_sources import SqlPublishedSources
from storage.repositories.rate_limits import SqlRateLimits
from storage.repositories.sources import SqlSources
from storage.repositories.submissions import SqlSubmissions
from storage.repositories.tasks import SqlTasks
from storage.repositories.workers import SqlWorkers
from storage.session import Session


class SqlTransaction(Session):
    """``bot.ports.Transaction`` over a connection that is inside a database transaction."""

    @cached_property
    def jobs(self) -> SqlJobs:
        return SqlJobs(self)

    @cached_property
    def submissions(self) -> SqlSubmissions:
        return SqlSubmissions(self)

    @cached_property
    def pictures(self) -> SqlPictures:
        return SqlPictures(self)

    @cached_property
    def previews(self) -> SqlPreviews:
        return SqlPreviews(self)

    @cached_property
    def postings(self) -> SqlPostings:
        return SqlPostings(self)

    @cached_property
    def tasks(self) -> SqlTasks:
        return SqlTasks(self)

    @cached_property
    def workers(self) -> SqlWorkers:
        return SqlWorkers(self)

    @cached_property
    def ledger(self) -> SqlLedger:
        return SqlLedger(self)

    @cached_property
    def limits(self) -> SqlLimits:
        return SqlLimits(self)

    @cached_property
    def pending_requests(self) -> SqlPendingRequests:
        return SqlPendingRequests(self)

    @cached_property
    def queue(self) -> SqlQueue:
        return SqlQueue(self)

    @cached_property
    def rate_limits(self) -> SqlRateLimits:
        return SqlRateLimits(self)

    @cached_property
    def alerts(self) -> SqlAlerts:
        return SqlAlerts(self)

    @cached_property
    def admin_notices(self) -> SqlAdminNotices:
        return SqlAdminNotices(self)

    @cached_property
    def sources(self) -> SqlSources:
        return SqlSources(self)

    @cached_property
    def inbox(self) -> SqlInbox:
        return SqlInbox(self)

    @cached_property
    def published_sources(self) -> SqlPublishedSources:
        return SqlPublishedSources(self)

    @cached_property
    def key_values(self) -> SqlKeyValues:
        return SqlKeyValues(self)

    def books(self, size: int) -> SqlBooks:
        return SqlBooks(self, size)
