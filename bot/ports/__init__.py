"""What the services need from the other packages, as Protocols. Their docstrings are the contracts."""

from bot.ports.budget_repositories import Ledger
from bot.ports.clock import Clock
from bot.ports.conversation import (
    Conversation,
    JobView,
    MessageContext,
    MessageReaction,
    OtherCommands,
    UploadTicket,
)
from bot.ports.job_repositories import Jobs, Pictures, Submissions
from bot.ports.media import EditSources, FetchedSource, PictureFacts, PreparedSource, Spool
from bot.ports.provider import Done, Failed, ImageProvider, Order, Pending, Receipt
from bot.ports.source_repositories import Inbox, PublishedSource, PublishedSources, Sources
from bot.ports.store import KeyValues, Store, Transaction
from bot.ports.work_repositories import Tasks, Workers

__all__ = [
    "Clock",
    "Conversation",
    "Done",
    "EditSources",
    "Failed",
    "FetchedSource",
    "ImageProvider",
    "Inbox",
    "JobView",
    "Jobs",
    "KeyValues",
    "Ledger",
    "MessageContext",
    "MessageReaction",
    "Order",
    "OtherCommands",
    "Pending",
    "PictureFacts",
    "Pictures",
    "PreparedSource",
    "PublishedSource",
    "PublishedSources",
    "Receipt",
    "Sources",
    "Spool",
    "Store",
    "Submissions",
    "Tasks",
    "Transaction",
    "UploadTicket",
    "Workers",
]
