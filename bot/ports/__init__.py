"""What the services need of the other rooms. The docstrings are the contracts."""

from bot.ports.clock import Clock
from bot.ports.conversation import Conversation, JobView, Mood, Seen, UploadTicket
from bot.ports.media import Found, PictureFacts, Ready, Spool, Studio
from bot.ports.provider import Done, Failed, ImageProvider, Order, Pending, Receipt
from bot.ports.source_repositories import Inbox, Shelf, Sources
from bot.ports.store import Budget, Jobs, Memos, Pictures, Store, Submissions, Tasks, Transaction

__all__ = [
    "Budget",
    "Clock",
    "Conversation",
    "Done",
    "Failed",
    "Found",
    "ImageProvider",
    "Inbox",
    "JobView",
    "Jobs",
    "Memos",
    "Mood",
    "Order",
    "Pending",
    "PictureFacts",
    "Pictures",
    "Ready",
    "Receipt",
    "Seen",
    "Shelf",
    "Sources",
    "Spool",
    "Store",
    "Studio",
    "Submissions",
    "Tasks",
    "Transaction",
    "UploadTicket",
]
