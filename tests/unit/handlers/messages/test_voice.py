"""The rules of voice for every sentence that the bot says, built by the functions that say it (loop reference
12). Each exception has its reason beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import pytest

from bot.domain.budget.admin_notice import AdminNoticeKind
from handlers.messages.problems.error_message import Notice
from handlers.messages.replies import verb_notices
from tests.unit.handlers.budget.test_admin_notices import FACTS
from tests.unit.handlers.messages import said_about_money, said_in_forms, said_of_jobs, said_to_people
from tests.unit.handlers.messages.source_sentences import ALSO_SAYS, SAYS, in_source
from tests.unit.handlers.messages.voice_exceptions import (
    BUYS,
    CHOOSES,
    FORM_OPENS,
    GIVES_MONEY,
    MAY_BE_LONG,
    MAY_HAVE,
    MAY_SAY_I,
    MAY_SAY_NOT_CHARGED,
    MAY_SAY_NOT_CHARGED_TOO,
    MAY_TYPE,
    NO_VERBS,
    PUBLIC_TROUBLE,
    VERBS,
)
from tests.unit.handlers.messages.voice_rules import (
    COMMAND,
    FIRST_PERSON,
    MOST_WORDS,
    NEVER,
    NOT_CHARGED,
    TROUBLE,
    body,
    buttons,
    count,
    paragraphs,
    sentences,
    submits,
    texts,
    without_own,
)

Said = tuple[str, Notice]

OF_JOBS = {
    "public": [*said_of_jobs.public()],
    "told": [*said_of_jobs.told()],
    "details": [*said_of_jobs.details()],
}
TO_PEOPLE = {
    "refusals": [*said_to_people.refusals()],
    "answers": [*said_to_people.answers(), *said_to_people.small_answers()],
}
MONEY = {
    "admins": [*said_about_money.for_admins()],
    "limits": [*said_about_money.of_limits(), *said_about_money.of_levels()],
    "requests": [*said_about_money.of_requests()],
    "changes": [*said_about_money.of_changes()],
}
FORMS = {"forms": [*said_in_forms.everything()]}
GROUPS: Mapping[str, list[Said]] = OF_JOBS | TO_PEOPLE | MONEY | FORMS
EVERY = [one for group in GROUPS.values() for one in group]


def begins(name: str, allowed: Iterable[str]) -> bool:
    return any(name.startswith(start) for start in allowed)


@pytest.mark.parametrize("rule", NEVER)
@pytest.mark.parametrize("group", GROUPS)
def test_no_sentence_has(group: str, rule: str) -> None:
    found = {
        text: name
        for name, said in GROUPS[group]
        if not begins(name, MAY_HAVE.get(rule, ()))
        for text in texts(said)
        if NEVER[rule].search(without_own(text))
    }

    assert found == {}


def test_no_text_in_the_source_breaks_a_rule() -> None:
    """Also where a sentence begins outside of the rooms that are called here."""
    zone = "a zone such as Europe/Berlin"
    found = [
        (place, rule, text)
        for place, text in in_source(*SAYS, *ALSO_SAYS)
        for rule, pattern in {**NEVER, "I": FIRST_PERSON}.items()
        if pattern.search(without_own(text)) and text != zone
        if not (rule == "I" and begins(text.strip(), MAY_SAY_I))
    ]
    long = [text for _, text in in_source(*ALSO_SAYS) for one in sentences(text) if count(one) > MOST_WORDS]

    assert (found, long) == ([], [])


def test_every_sentence_of_the_source_is_read_here() -> None:
    """A sentence that nobody builds here would keep to no rule."""
    read = "\n".join(text for _, said in EVERY for text in _all_texts(said)).lower()
    unread = [
        (place, text)
        for place, text in in_source(*SAYS)
        if text.strip().replace("{bot}", "@Imagine").lower() not in read and not _is_codes(text)
    ]

    assert unread == []


def _all_texts(said: Notice) -> list[str]:
    commands = [
        str(element.get("value"))
        for block in said.blocks
        if block.get("type") == "actions"
        for element in block["elements"]
    ]
    return [said.text, *texts(said), *paragraphs(said.blocks), *commands]


def _is_codes(text: str) -> bool:
    """Slack's codes, which nobody is shown."""
    return all("_" in word for word in text.split())


@pytest.mark.parametrize("group", GROUPS)
def test_commands_are_typed_only_where_no_button_can_be(group: str) -> None:
    found = {
        text: name
        for name, said in GROUPS[group]
        if not begins(name, MAY_TYPE)
        for text in texts(said)
        if COMMAND.search(without_own(text))
    }

    assert found == {}


@pytest.mark.parametrize("group", GROUPS)
def test_i_is_for_promises(group: str) -> None:
    found = {
        one: name
        for name, said in GROUPS[group]
        for text in texts(said)
        for one in re.split(r"(?<=[.?])\s|\n|(?<=comes): ", without_own(text))
        if FIRST_PERSON.search(one) and one.strip().rstrip(":") not in MAY_SAY_I
    }

    assert found == {}


@pytest.mark.parametrize("group", GROUPS)
def test_not_charged_is_said_where_one_could_fear_it(group: str) -> None:
    if group in MAY_SAY_NOT_CHARGED:
        return
    found = {
        text: name
        for name, said in GROUPS[group]
        if not begins(name, MAY_SAY_NOT_CHARGED_TOO)
        for text in texts(said)
        if NOT_CHARGED.search(text)
    }

    assert found == {}


def test_nobodys_trouble_is_public() -> None:
    found = {
        text: name
        for name, said in [*GROUPS["public"], *_welcomes()]
        for text in texts(said)
        if TROUBLE.search(without_own(text)) and not any(re.search(line, text) for line in PUBLIC_TROUBLE)
    }

    assert found == {}


def _welcomes() -> list[Said]:
    return [one for one in GROUPS["answers"] if one[0].startswith("channel welcome")]


@pytest.mark.parametrize("group", GROUPS)
def test_a_message_is_short(group: str) -> None:
    long = {
        body(said): name
        for name, said in GROUPS[group]
        if not begins(name, MAY_BE_LONG) and count(body(said)) > MOST_WORDS
    }

    assert long == {}


@pytest.mark.parametrize("group", GROUPS)
def test_no_sentence_is_long(group: str) -> None:
    long = {
        one: name
        for name, said in GROUPS[group]
        for paragraph in paragraphs(said.blocks)
        for one in sentences(paragraph)
        if count(one) > MOST_WORDS
    }

    assert long == {}


@pytest.mark.parametrize("group", GROUPS)
def test_buttons_are_verbs(group: str) -> None:
    labels = {label: name for name, said in GROUPS[group] for _, label in buttons(said)}
    labels |= {label: name for name, said in GROUPS[group] for label in submits(said)}

    assert {label: name for label, name in labels.items() if not _is_verb(label)} == {}


_NUMBERS = re.compile(r"\d+(?: drafts?| medium| finals?)?(?:, \d+×\d+)?(?: · \$[\d.]+)?")
"""Which of several, or how many of what: the design's answers to a question."""


def _is_verb(label: str) -> bool:
    first = re.split(r"[\s…]", label)[0]
    return first.lower() in VERBS or begins(label, NO_VERBS) or _NUMBERS.fullmatch(label) is not None


@pytest.mark.parametrize("group", GROUPS)
def test_three_dots_mean_a_form_and_a_price_means_that_it_buys(group: str) -> None:
    wrong = {
        label: (action, name)
        for name, said in GROUPS[group]
        for action, label in buttons(said)
        if label.endswith("…") != (action in FORM_OPENS)
        or (
            ("$" in label) != (action in BUYS) and action not in GIVES_MONEY and not CHOOSES.fullmatch(action)
        )
    }

    assert wrong == {}


def test_a_form_shows_its_price_where_it_draws_and_no_dots() -> None:
    for name, said in GROUPS["forms"]:
        for label in submits(said):
            assert not label.endswith("…"), name
            draws = label.startswith("Draw") and not name.endswith("()")  # no shape is chosen yet
            assert ("$" in label) == draws, name


@pytest.mark.parametrize("group", GROUPS)
def test_the_buttons_of_a_row_differ_and_are_words(group: str) -> None:
    for name, said in GROUPS[group]:
        for block in said.blocks:
            if block.get("type") == "actions":
                ids = [element["action_id"] for element in block["elements"]]
                assert len(set(ids)) == len(ids), name
        assert all(0 < len(label) <= 75 for _, label in buttons(said)), name


def test_the_help_is_at_most_900_characters() -> None:
    said = dict(GROUPS["answers"])["help"]

    assert sum(map(len, paragraphs(said.blocks))) <= 900


def test_the_rules_notice_what_breaks_them() -> None:
    """Each rule against a sentence that was once said, or nearly."""
    broken = {
        "an exclamation mark": "Done!",
        "an id": "#k3f9q2ab is cancelled.",
        "a vendor or a model": "Made by GPT Image 2.",
        "our insides": "Every counter follows from the ledger.",
        "an apology": "Sorry, that failed.",
        "a time zone": "It resets 1 Dec, 00:00 (Europe/Berlin).",
        "a year in a date": "until 1 Dec 2026",
        "another name for a picture": "The image is ready.",
        "another name for the words": "The prompt is too long.",
        "another name for an ask": "That job is drawn.",
    }

    assert [what for what, text in broken.items() if not NEVER[what].search(text)] == []
    assert set(broken) == set(NEVER)
    assert not NEVER["another name for a picture"].search("The image service broke off.")
    assert sentences("One, two. Three “four. five”?") == ["One, two.", "Three “…”?"]
    assert count("$0.04 stays aside · “a long quote of words” ████") == 3
    assert not _is_verb("Nothing of mine")


def test_every_kind_of_admin_notice_is_among_them() -> None:
    assert {*FACTS, AdminNoticeKind.DIGEST} == set(AdminNoticeKind)


def test_the_exceptions_are_needed() -> None:
    """What is allowed and never said would hide a mistake some day."""
    unused = [line for line in MAY_SAY_I if not any(line in text for _, s in EVERY for text in texts(s))]
    names = [name for name, _ in EVERY]
    allowed = (
        *MAY_BE_LONG,
        *MAY_TYPE,
        *(start for names in MAY_HAVE.values() for start in names),
        *MAY_SAY_NOT_CHARGED_TOO,
    )
    unused += [start for start in allowed if not any(name.startswith(start) for name in names)]

    assert unused == []
    assert {verb_notices.DELETE_BUTTON} & BUYS == set()
