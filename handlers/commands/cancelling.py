"""Cancels what was not sent yet, and asks once more about what was."""

from __future__ import annotations

from bot.domain.requests.refusals import AskRefused, NotAllowed, NotAllowedReason
from bot.services.requests.cancel import Cancel
from handlers.messages.buttons.picture_buttons import withdraw_text
from handlers.messages.job.job_private import cancelled_notice, withdraw_question
from handlers.messages.problems.error_message import Notice


async def cancel_or_ask(cancel: Cancel, team_id: str, job_id: str, user_id: str) -> Notice:
    """Cancel the job, or, where the image service has it, the question whether to cancel all the same. Raises
    AskRefused and StoreUnavailable."""
    try:
        return cancelled_notice(await cancel(team_id, job_id, user_id))
    except AskRefused as refused:
        about = refused.refusal
        if not isinstance(about, NotAllowed) or about.reason is not NotAllowedReason.TOO_LATE:
            raise
    job = await cancel.job(team_id, job_id)
    return withdraw_question(job, withdraw_text(job))
