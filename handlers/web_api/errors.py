"""Slack's error codes as data: which action each one calls for.

Sources: the error lists of the methods that we call (slack-api-ref, August 2026); Slack reference
2.6, 3.2, 3.6.
"""

from __future__ import annotations

from enum import Enum

from bot.domain.errors import BotError
from bot.domain.problem import Failure, Problem
from bot.errors import CannotPost, GivenUp, NotUnderstood, OutcomeUnknown, TryLater, WorkspaceGone


class ErrorAction(Enum):
    """What we do about a refusal."""

    NO_ROUTE = "this conversation is closed to us"
    REFUSED = "no, for good"
    LATER = "not now"
    UNSURE = "it may have happened all the same"
    DISCONNECTED = "the workspace has taken our token away"


NOT_REPEATABLE_METHODS = frozenset({"chat.postMessage", "chat.postEphemeral", "files.completeUploadExternal"})
"""Methods whose repetition shows twice. All others may simply be repeated (Slack reference 3.6)."""

READ_ONLY_METHODS = frozenset({"files.info", "conversations.history", "conversations.replies"})
"""Methods that only read. What they read may exist even when Slack answers with a code that we do not
know."""

DISCONNECTED_SECONDS = 3600.0
"""How soon a disconnected workspace is tried again. It comes back only when somebody installs the app
anew."""

LATER_SECONDS: dict[str, float] = {"message_limit_exceeded": 600.0, "external_channel_migrating": 60.0}
"""Waits of codes that clear slowly; the others are left to the caller's backoff."""

_CODES: dict[ErrorAction, str] = {
    ErrorAction.NO_ROUTE: """
        app_access_restricted cannot_reply_to_message channel_is_limited_access channel_not_found
        ekm_access_denied invalid_channel is_archived is_inactive messages_tab_disabled
        method_not_supported_for_channel_type missing_scope no_permission not_in_channel
        org_login_required posting_to_channel_denied restricted_action
        restricted_action_non_threadable_channel restricted_action_read_only_channel
        restricted_action_thread_locked restricted_action_thread_only_channel
        send_on_behalf_not_allowed team_access_not_granted team_not_found thread_not_found
        user_not_in_channel""",
    ErrorAction.REFUSED: """
        access_denied accesslimited alt_txt_too_large as_user_not_supported
        attachment_payload_limit_exceeded block_mismatch blocked_file_type cant_broadcast_message
        cant_update_message canvas_disabled_file_team canvas_disabled_user_team
        canvas_globally_disabled channels_limit_exceeded deprecated_endpoint draft_already_deleted
        draft_already_sent draft_has_conflict draft_not_found duplicate_channel_not_found
        duplicate_message_not_found edit_window_closed enterprise_is_restricted file_deleted
        file_is_deleted file_not_found file_share_limit_reached file_type_not_allowed
        file_upload_size_restricted file_uploads_disabled file_uploads_except_images_disabled
        invalid_arg_name invalid_argument invalid_arguments invalid_array_arg invalid_attachments
        invalid_blocks invalid_blocks_format invalid_charset invalid_cursor invalid_form_data
        invalid_metadata_filter_keys invalid_metadata_format invalid_metadata_schema
        invalid_post_type invalid_ts_latest invalid_ts_oldest list_record_comment_fetch_failed
        markdown_text_conflict max_file_sharing_exceeded message_not_found metadata_too_large
        method_deprecated metadata_must_be_sent_from_app missing_argument missing_file_data
        missing_post_type msg_blocks_too_long msg_too_long no_dual_broadcast_content_update no_text
        not_allowed_token_type not_visible slack_connect_blocked_file_type
        slack_connect_canvas_sharing_blocked slack_connect_clip_sharing_blocked
        slack_connect_file_link_sharing_blocked slack_connect_file_upload_sharing_blocked
        slack_connect_lists_sharing_blocked snippet_too_large storage_limit_reached
        template_not_visible too_many_attachments too_many_contact_cards two_factor_setup_required
        unable_to_share_files unknown_method unknown_snippet_type unknown_subtype""",
    ErrorAction.LATER: """
        external_channel_migrating message_limit_exceeded rate_limited ratelimited
        streaming_state_conflict team_added_to_org update_failed""",
    ErrorAction.UNSURE: """
        fatal_error file_update_failed internal_error request_timeout service_unavailable""",
    ErrorAction.DISCONNECTED: """
        account_inactive invalid_auth not_authed token_expired token_revoked""",
}

ERROR_ACTIONS: dict[str, ErrorAction] = {
    code: action for action, codes in _CODES.items() for code in codes.split()
}
"""Every code that we know. An unknown code is a refusal: nothing is spent, nothing is repeated. Only
read-only methods are called again."""

EXCEPTIONS: dict[tuple[str, str], ErrorAction] = {
    # Not found can mean that an earlier completion has used the ticket up: look before giving up.
    ("files.completeUploadExternal", "file_not_found"): ErrorAction.UNSURE,
}
"""Where the same code calls for another action in one method."""


class SlackRefused(GivenUp):
    """Slack refused for good and did nothing. ``code`` is Slack's error code."""

    def __init__(self, method: str, code: str) -> None:
        super().__init__(Failure(Problem.DELIVERY_REFUSED, code))
        self.method = method
        self.code = code


class NoRoute(CannotPost):
    """The conversation is closed to us. ``reason`` is Slack's code."""


def error_for(method: str, code: str, *, retry_after: float | None = None) -> BotError:
    """The error that Slack's answer ``ok: false`` with ``code`` is raised as.

    ``retry_after`` is seconds from the Retry-After header. NO_ROUTE is CannotPost for every method; the
    caller of a method that is not about posting turns it into what its own contract says.
    """
    reason = f"{method}: {code}"
    if code not in ERROR_ACTIONS and method in READ_ONLY_METHODS:
        return NotUnderstood(reason)
    action = EXCEPTIONS.get((method, code)) or ERROR_ACTIONS.get(code, ErrorAction.REFUSED)
    match action:
        case ErrorAction.LATER:
            return TryLater(reason, after=retry_after or LATER_SECONDS.get(code))
        case ErrorAction.UNSURE:
            return outcome_unknown(method, code)
        case ErrorAction.DISCONNECTED:
            return WorkspaceGone(reason, after=DISCONNECTED_SECONDS)
        case ErrorAction.NO_ROUTE:
            return NoRoute(code)
        case ErrorAction.REFUSED:
            if method == "chat.postMessage" and code not in ERROR_ACTIONS:
                return NoRoute(code)
            return SlackRefused(method, code)


def outcome_unknown(method: str, why: str) -> BotError:
    """The error for a call that may have been carried out: TryLater where a repetition does no harm, else
    OutcomeUnknown."""
    reason = f"{method}: {why}"
    return OutcomeUnknown(reason) if method in NOT_REPEATABLE_METHODS else TryLater(reason)


def error_for_status(method: str, status: int, *, retry_after: float | None = None) -> BotError:
    """The error for an answer without a code of Slack's: a proxy's page, an outage, a rate limit."""
    if status == 429:
        return TryLater(f"{method}: ratelimited", after=retry_after)
    if 400 <= status < 500:
        return TryLater(f"{method}: http_{status}", after=retry_after)
    return outcome_unknown(method, f"http_{status}")
