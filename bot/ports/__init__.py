"""What the services need of the other rooms. The docstrings are the contracts."""

from bot.ports.clock import Clock
from bot.ports.conversation import Conversation, JobView, UploadTicket
from bot.ports.media import PictureFacts, Spool
from bot.ports.provider import Done, Failed, ImageProvider, Order, Pending, Receipt
from bot.ports.storage import Budget, Jobs, Memos, Pictures, Store, Submissions, Tasks, Transaction

__all__ = [
    "Budget",
    "Clock",
    "Conversation",
    "Done",
    "Failed",
    "ImageProvider",
    "JobView",
    "Jobs",
    "Memos",
    "Order",
    "Pending",
    "PictureFacts",
    "Pictures",
    "Receipt",
    "Spool",
    "Store",
    "Submissions",
    "Tasks",
    "Transaction",
    "UploadTicket",
]
