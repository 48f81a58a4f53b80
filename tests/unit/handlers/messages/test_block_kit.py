"""Text that people wrote cannot ping, link or break anything, on any kind of surface."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.messages.block_kit import (
    Bold,
    Channel,
    Code,
    Person,
    as_text,
    cut,
    escape,
    fallback,
    inert,
    plain_text,
    rich_text,
    section,
    shorten,
    visible,
)
from sandbox.slack.markup import pings_in, pings_in_blocks
from tests.unit.handlers.delivery_kit import NASTY

GROUPS = {"makers": "S0MAKERS"}
NASTIES = [
    NASTY,
    "<!channel>",
    "@here",
    "@HERE and @Channel",
    "<@U0ALICE>",
    "<!subteam^S0MAKERS>",
    "<http://evil.example|Slack>",
    "```\nblock",
    "&lt;!here&gt;",
    "&amp;lt;!here&amp;gt;",
    "@everyone@channel",
]


@pytest.mark.parametrize("text", NASTIES)
def test_escaped_text_pings_nobody_and_keeps_no_control_character(text: str) -> None:
    escaped = escape(text)

    assert pings_in(escaped, bare=True, groups={}) == []
    assert "<" not in escaped
    assert ">" not in escaped
    assert "`" not in escaped


@pytest.mark.parametrize("text", [*NASTIES, "@makers"])
def test_blocks_with_foreign_text_ping_nobody(text: str) -> None:
    blocks = [
        rich_text(section([text, Bold(text), Code(text), Person(text), Channel(text)])),
        {"type": "context", "elements": [plain_text(text)]},
    ]

    assert pings_in_blocks(blocks, groups=GROUPS) == []


def test_escaping_happens_once_so_that_people_read_what_was_written() -> None:
    assert escape("a < b & c > d") == "a &lt; b &amp; c &gt; d"
    assert escape("&lt;b&gt;") == "&amp;lt;b&amp;gt;"


def test_a_quote_mark_at_a_line_start_is_no_quote() -> None:
    assert not any(line.startswith("&gt;") for line in escape("> a\n> b").splitlines())


def test_plain_text_and_rich_text_keep_the_words_untouched() -> None:
    assert plain_text(NASTY) == {"type": "plain_text", "text": NASTY, "emoji": False}
    assert section([NASTY])["elements"] == [{"type": "text", "text": NASTY}]


def test_only_well_formed_ids_become_mentions() -> None:
    elements = section([Person("U0ALICE"), Person("U1>x"), Channel("C1"), Channel("general")])["elements"]

    assert [e["type"] for e in elements] == ["user", "text", "channel", "text"]


def test_empty_text_becomes_something_slack_accepts() -> None:
    assert plain_text("  ")["text"] == "…"
    assert fallback("") == "…"
    assert section([""])["elements"][0]["text"] == "…"


def test_unseen_characters_are_dropped() -> None:
    assert visible("a\u202eb\x00c\x1b[0m\u2066d\ufeff") == "abc[0md"
    assert visible("a\r\nb\u2028c\td") == "a\nb\nc\td"
    assert visible("\ud800x") == "\ufffdx"


def test_shorten_puts_text_on_one_line_and_cuts_between_words() -> None:
    assert shorten("a\n\n  b\tc") == "a b c"
    assert shorten("one two three four", 14) == "one two three…"
    assert shorten("one two three four", 12) == "one two…"
    assert shorten("x" * 300, 300) == "x" * 300
    assert shorten("x" * 301, 300) == "x" * 299 + "…"


@pytest.mark.parametrize(
    "cluster",
    ["👩‍👩‍👧", "👍🏽", "🇩🇪", "e\u0301", "🏴\U000e0067\U000e0062\U000e007f", "❤️"],
    ids=["family", "skin tone", "flag", "accent", "tag flag", "variation"],
)
def test_shorten_never_cuts_inside_a_character_as_people_see_it(cluster: str) -> None:
    text = cluster * 8
    for limit in range(len(cluster) + 1, len(text)):
        kept = shorten(text, limit).removesuffix("…")
        assert kept == cluster * (len(kept) // len(cluster))


def test_a_text_of_combining_marks_alone_is_still_cut() -> None:
    assert len(shorten("\u0301" * 500, 300)) <= 300


@given(st.text(), st.integers(2, 400))
def test_cut_keeps_the_limit_and_the_beginning(text: str, limit: int) -> None:
    short = cut(text, limit)

    assert len(short) <= limit
    assert text.startswith(short.removesuffix("…")) or short == text


@given(st.text(alphabet="<>&`@#hereanlvyo! \n"))
def test_no_text_pings_from_the_top_level_text(text: str) -> None:
    escaped = fallback(text)

    assert pings_in(escaped, bare=True, groups={}) == []
    assert 0 < len(escaped) <= 3900


def test_fallback_stays_below_what_update_takes_however_much_escaping_adds() -> None:
    assert len(fallback("&" * 5000)) <= 3900


def test_inert_titles_read_the_same() -> None:
    assert inert(NASTY).replace("\u200b", "") == NASTY
    assert pings_in(inert(NASTY), bare=True, groups={}) == []


def test_as_text_says_what_the_parts_show() -> None:
    assert as_text(["a ", Bold("b"), " ", Code("/c"), " in ", Channel("C1")]) == "a b /c in this channel"
