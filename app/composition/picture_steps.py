"""Composes what people do with pictures that are there: the services behind buttons and verbs."""

from __future__ import annotations

from dataclasses import dataclass

from app.composition.foundation import Foundation
from bot.ports import Conversation
from bot.services.budget.admins import Admins
from bot.services.operations.retry_jobs import RetryJobs
from bot.services.requests.cancel import Cancel
from bot.services.requests.start_job import StartJob
from bot.services.steps.by_message import ByMessage
from bot.services.steps.delete_picture import DeletePicture
from bot.services.steps.deliver_anew import DeliverAnew
from bot.services.steps.describe_picture import DescribePicture
from bot.services.steps.next_job import NextJob
from bot.services.steps.picture_copies import PictureCopies
from bot.services.steps.pictures import Pictures
from bot.services.steps.show_picture import ShowPicture
from bot.services.steps.withdraw import Withdraw


@dataclass(frozen=True, slots=True)
class PictureSteps:
    """Each service once, for the listeners and the worker."""

    pictures: Pictures
    by_message: ByMessage
    next_job: NextJob
    show: ShowPicture
    cancel: Cancel
    withdraw: Withdraw
    describe: DescribePicture
    delete: DeletePicture
    deliver: DeliverAnew


def compose_picture_steps(
    base: Foundation, conversation: Conversation, start_job: StartJob, admins: Admins, cancel: Cancel
) -> PictureSteps:
    store, wake = base.store, base.wake
    copies = PictureCopies(conversation)
    return PictureSteps(
        pictures=Pictures(store=store),
        by_message=ByMessage(store=store),
        next_job=NextJob(store=store, start_job=start_job),
        show=ShowPicture(store=store, conversation=conversation, copies=copies, wake=wake),
        cancel=cancel,
        withdraw=Withdraw(
            store=store, conversation=conversation, accounts=base.accounts, admins=admins, wake=wake
        ),
        describe=DescribePicture(store=store, admins=admins, wake=wake),
        delete=DeletePicture(store=store, admins=admins, wake=wake),
        deliver=DeliverAnew(
            store=store, conversation=conversation, admins=admins, retry=RetryJobs(store), wake=wake
        ),
    )
