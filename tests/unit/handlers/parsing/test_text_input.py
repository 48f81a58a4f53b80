"""Slack's text back to what was typed, decoded exactly once (Slack reference 1 and 8)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.parsing.text_input import clean, decode_command_text, decode_event_text

BOT = "U0BOT1234"


def escape(text: str) -> str:
    """As Slack does."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"),
        ("&amp;lt;", "&lt;"),
        ("&amp;amp;lt;", "&amp;lt;"),
        ("&quot;&#39;&nbsp;", "&quot;&#39;&nbsp;"),  # Slack escapes three characters and no others
        ("<https://example.com/a?b=1&amp;c=2>", "https://example.com/a?b=1&c=2"),
        ("<https://example.com|a page>", "a page"),
        ("<http://node.js|node.js>", "node.js"),
        ("<http://Example.com/|example.com>", "example.com"),
        ("<https://example.com/x|https://example.com/x>", "https://example.com/x"),
        ("<http://a.example/?x=1&amp;y=2|a.example/?x=1&amp;y=2>", "a.example/?x=1&y=2"),
        ("<#C0123ABCD|r&amp;d>", "#r&d"),
        ("<mailto:a@example.com|a@example.com>", "a@example.com"),
        ("<tel:+4930123|+4930123>", "+4930123"),
        ("<@U0123ABCD|anna>", "@anna"),
        ("<@U0123ABCD>", "@U0123ABCD"),
        ("<#C0123ABCD|design>", "#design"),
        ("<#C0123ABCD|>", "#C0123ABCD"),
        ("<!here>", "@here"),
        ("<!channel|channel>", "@channel"),
        ("<!subteam^S012|@team>", "@team"),
        ("<!subteam^S012>", "@team"),
        ("<!date^1392734382^{date}|Feb 18>", "Feb 18"),
        ("&lt;@U0123ABCD&gt;", "<@U0123ABCD>"),  # typed as such: text, not a mention
        ("&lt;!here&gt;", "<!here>"),
        ("a <b> c", "a <b> c"),
        ("  a\tfox\r\nin snow\x00\x07 ", "a fox\nin snow"),
        ("cafe\u0301 \u202egnp.exe\u202c", "caf\u00e9 gnp.exe"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("\ud83d broken", "broken"),
        ("", ""),
    ],
)
def test_text_is_decoded_once(sent, typed):
    assert decode_command_text(sent) == typed
    assert decode_event_text(sent, BOT) == typed


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        (f"<@{BOT}> a fox", "a fox"),
        (f"<@{BOT}>, a fox", "a fox"),
        (f"<@{BOT}>: a fox", "a fox"),
        (f"<@{BOT}|imagine> a fox", "a fox"),
        (f"<@{BOT}>\na fox", "a fox"),
        (f"draw <@{BOT}> a fox", "draw a fox"),
        (f"a fox <@{BOT}>", "a fox"),
        (f"<@{BOT}> <@{BOT}> a fox", "a fox"),
        (f"<@{BOT}> :fox_face: in snow", ":fox_face: in snow"),
        (f"<@{BOT}>", ""),
        (f"<@{BOT}> <@U0123ABCD> as a fox", "@U0123ABCD as a fox"),
        (f"&lt;@{BOT}&gt; a fox", f"<@{BOT}> a fox"),
        (f"\0<@{BOT}> a fox\0, red", "a fox, red"),
    ],
)
def test_own_mention_is_left_out(sent, typed):
    assert decode_event_text(sent, BOT) == typed


@given(st.text())
def test_whatever_is_typed_comes_back(typed):
    assert decode_command_text(escape(typed)) == clean(typed)
    assert decode_event_text(escape(typed), BOT) == clean(typed)


@given(st.text())
def test_cleaning_twice_changes_nothing(text):
    assert clean(clean(text)) == clean(text)
    clean(text).encode("utf-8")


@given(st.text(alphabet="<>&;@#!|^:/ltgampUC0123 \0\n"))
def test_any_markup_is_decoded_without_an_error(text):
    assert "\0" not in decode_event_text(text, BOT)
    assert "\0" not in decode_command_text(text)
