"""Every code that Slack documents for the methods we call has a deliberate action."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.domain.problem import Problem
from bot.errors import CannotPost, GivenUp, NotUnderstood, OutcomeUnknown, TryLater, WorkspaceGone
from handlers.messages.problems.slack_reasons import REASONS
from handlers.web_api.errors import (
    ERROR_ACTIONS,
    EXCEPTIONS,
    NOT_REPEATABLE_METHODS,
    READ_ONLY_METHODS,
    ErrorAction,
    SlackRefused,
    error_for,
    error_for_status,
    outcome_unknown,
)
from sandbox.slack.server import find_reference

METHODS = (
    "chat.postMessage",
    "chat.update",
    "chat.postEphemeral",
    "files.getUploadURLExternal",
    "files.completeUploadExternal",
    "files.info",
    "conversations.history",
    "conversations.replies",
)


def _reference(method: str) -> dict[str, Any]:
    folder = find_reference()
    path = Path(folder or ".") / "methods" / f"{method}.json"
    if folder is None or not path.is_file():
        pytest.skip("Slack's method reference is not beside this repository")
    data: dict[str, Any] = json.loads(path.read_text())
    return data


@pytest.mark.parametrize("method", METHODS)
def test_every_documented_code_is_deliberate(method: str) -> None:
    codes = set(_reference(method)["errors"])

    assert codes
    assert codes - set(ERROR_ACTIONS) == set()


def test_every_code_is_one_of_our_errors_and_names_the_code() -> None:
    ours = TryLater | CannotPost | SlackRefused | OutcomeUnknown
    made = {(method, code): error_for(method, code) for method in METHODS for code in ERROR_ACTIONS}

    assert {case: error for case, error in made.items() if not isinstance(error, ours)} == {}
    assert {case: str(error) for case, error in made.items() if case[1] not in str(error)} == {}


@pytest.mark.parametrize(
    "code",
    [
        "is_archived",
        "restricted_action",
        "restricted_action_thread_locked",
        "restricted_action_read_only_channel",
        "cannot_reply_to_message",
        "messages_tab_disabled",
        "ekm_access_denied",
        "team_access_not_granted",
        "not_in_channel",
        "channel_not_found",
    ],
)
def test_codes_that_are_final_for_the_route_cannot_post(code: str) -> None:
    error = error_for("chat.postMessage", code)

    assert isinstance(error, CannotPost)
    assert error.reason == code


def test_an_ambiguous_answer_is_unknown_exactly_where_a_repetition_would_show() -> None:
    codes = ["fatal_error", "internal_error", "request_timeout", "service_unavailable"]
    answers = {(method, code): error_for(method, code) for method in METHODS for code in codes}
    answers |= {(method, "no answer"): outcome_unknown(method, "reset") for method in METHODS}

    assert {case: type(error) for case, error in answers.items()} == {
        case: OutcomeUnknown if case[0] in NOT_REPEATABLE_METHODS else TryLater for case in answers
    }


@pytest.mark.parametrize("code", ["ratelimited", "rate_limited"])
def test_a_rate_limit_waits_as_long_as_slack_says(code: str) -> None:
    error = error_for("chat.postMessage", code, retry_after=7)

    assert isinstance(error, TryLater)
    assert error.after == 7


def test_a_lost_workspace_is_waited_for() -> None:
    codes = ["token_revoked", "account_inactive", "invalid_auth", "not_authed", "token_expired"]
    made = {(method, code): error_for(method, code) for method in METHODS for code in codes}

    assert {case: e for case, e in made.items() if not isinstance(e, WorkspaceGone) or e.after != 3600} == {}


@pytest.mark.parametrize(
    "code",
    [
        "storage_limit_reached",
        "file_uploads_disabled",
        "file_uploads_except_images_disabled",
        "file_upload_size_restricted",
        "slack_connect_file_upload_sharing_blocked",
        "slack_connect_blocked_file_type",
        "file_type_not_allowed",
    ],
)
def test_file_refusals_end_the_delivery_with_words_for_people(code: str) -> None:
    error = error_for("files.completeUploadExternal", code)

    assert isinstance(error, GivenUp)
    assert error.failure.problem is Problem.DELIVERY_REFUSED
    assert error.failure.detail == code
    assert REASONS[code].why


def test_an_unknown_file_may_have_been_completed_before() -> None:
    assert isinstance(error_for("files.completeUploadExternal", "file_not_found"), OutcomeUnknown)
    assert isinstance(error_for("files.info", "file_not_found"), SlackRefused)


def test_unknown_codes_spend_nothing_and_repeat_nothing() -> None:
    assert isinstance(error_for("chat.postMessage", "brand_new_code"), CannotPost)
    for method in set(METHODS[1:]) - READ_ONLY_METHODS:
        assert isinstance(error_for(method, "brand_new_code"), SlackRefused)


@pytest.mark.parametrize("method", ["files.info", "conversations.history", "conversations.replies"])
def test_what_only_looks_looks_again_after_an_unknown_code(method: str) -> None:
    error = error_for(method, "brand_new_code")

    assert type(error) is NotUnderstood
    assert str(error) == f"{method}: brand_new_code"
    assert type(error_for(method, "not_visible")) is SlackRefused, "a known code keeps its meaning"


def test_every_route_that_can_close_has_words() -> None:
    closed = {code for code, action in ERROR_ACTIONS.items() if action is ErrorAction.NO_ROUTE}
    unworded = {"method_not_supported_for_channel_type", "send_on_behalf_not_allowed", "team_not_found"}

    assert closed - set(REASONS) == unworded


def test_the_tables_hold_each_code_once() -> None:
    assert all(code in ERROR_ACTIONS for _, code in EXCEPTIONS)


@pytest.mark.parametrize(
    ("status", "posting", "reading"),
    [
        (429, TryLater, TryLater),
        (403, TryLater, TryLater),
        (404, TryLater, TryLater),
        (500, OutcomeUnknown, TryLater),
        (503, OutcomeUnknown, TryLater),
        (200, OutcomeUnknown, TryLater),
        (0, OutcomeUnknown, TryLater),
    ],
)
def test_answers_without_a_code(status: int, posting: type, reading: type) -> None:
    assert type(error_for_status("chat.postMessage", status)) is posting
    assert type(error_for_status("files.info", status)) is reading
