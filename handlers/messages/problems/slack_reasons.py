"""Why Slack did not take a post or a file, in people's words: its codes as data."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.ids import is_direct
from handlers.messages.block_kit import Channel, Code, Part


@dataclass(frozen=True, slots=True)
class SlackReason:
    """``why`` completes "Pictures can't be posted here: …"; ``todo`` may hold ``{bot}``. ``is_for_good``:
    what was finished already can never be posted there."""

    why: str
    todo: str
    invite: bool = False
    is_for_good: bool = False


_ELSEWHERE = "Ask in another channel."
_INVITE = SlackReason("this bot is no member", "", invite=True)
_CLOSED = SlackReason("this workspace restricts who may post there", "Ask in another channel.")
_ARCHIVED = SlackReason("this channel is archived", _ELSEWHERE)
_UPLOADS_OFF = SlackReason("file uploads are off", "An admin can allow them.")
_SHARED = SlackReason(
    "it is shared with other organizations",
    "Ask in another channel.",
)
_TYPE = SlackReason("such files are not allowed", "Ask for PNG or JPEG.")
_UNKNOWN = SlackReason("", "Tell whoever runs {bot}.")

_CODES: dict[SlackReason, str] = {
    _INVITE: "not_in_channel channel_not_found invalid_channel user_not_in_channel channel_is_limited_access",
    _CLOSED: """restricted_action restricted_action_read_only_channel restricted_action_thread_only_channel
        restricted_action_non_threadable_channel posting_to_channel_denied ekm_access_denied
        app_access_restricted no_permission""",
    _ARCHIVED: "is_archived is_inactive",
    SlackReason(
        "this thread is locked", "Ask in a new thread."
    ): "restricted_action_thread_locked cannot_reply_to_message",
    SlackReason(
        "the message you asked in is gone", "Ask again.", is_for_good=True
    ): "thread_not_found message_not_found",
    SlackReason("messages to {bot} are switched off", "Ask in a channel."): "messages_tab_disabled",
    SlackReason(
        "{bot} lacks a permission", "An admin needs to install it again."
    ): "missing_scope team_access_not_granted org_login_required not_allowed_token_type",
    SlackReason(
        "{bot} was removed", "An admin needs to install it again."
    ): "account_inactive token_revoked invalid_auth not_authed token_expired",
    SlackReason("the workspace's storage is full", "Somebody has to make room."): "storage_limit_reached",
    _UPLOADS_OFF: "file_uploads_disabled",
    SlackReason("the file is too large", "Ask for a smaller size."): "file_upload_size_restricted",
    _TYPE: "file_type_not_allowed blocked_file_type file_uploads_except_images_disabled",
    _SHARED: """slack_connect_file_upload_sharing_blocked slack_connect_blocked_file_type
        slack_connect_file_link_sharing_blocked slack_connect_clip_sharing_blocked""",
    SlackReason("the file was deleted in Slack", "Ask for a new one."): """file_deleted
        file_is_deleted file_not_found""",
}
REASONS: dict[str, SlackReason] = {code: reason for reason, codes in _CODES.items() for code in codes.split()}


def reason_for(detail: str) -> SlackReason:
    """The words for a code, also inside "method: code". Codes that nobody foresaw get a neutral sentence."""
    return REASONS.get(detail.rsplit(": ", 1)[-1].strip(), _UNKNOWN)


def whereabouts(channel_id: str | None) -> tuple[Part, ...]:
    """Where it is, by name: it may be read elsewhere, such as in the direct message with the bot."""
    if channel_id is None or channel_id[:1] not in {"C", "G"}:
        return ("here",)
    return ("in ", Channel(channel_id, spoken="that channel"))


def is_between_people(reason: SlackReason, channel_id: str | None) -> bool:
    """A direct message that the bot is not in: it can never be (UX reference 2)."""
    return reason.invite and channel_id is not None and is_direct(channel_id)


def invite(bot_name: str, channel_id: str | None) -> tuple[Part, ...]:
    """How to let the bot in."""
    where = "here" if channel_id is None else "there"
    return (f"Invite it {where} with ", Code(f"/invite {bot_name}"), ".")
