"""Whatever is typed: a command or a refusal, and the prompt's words survive."""

from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.domain.problem import Problem
from bot.domain.requests.refusals import AskRefused
from bot.domain.requests.request import Format, Quality
from bot.domain.requests.sizes import broken_rule, parse_size
from handlers.parsing import Imagine, parse
from handlers.parsing.find_flags import find_flags, remove, straighten
from handlers.parsing.text_input import clean

PIECES = [
    "--ar", "—ar", "--q", "--n", "--no", "--size", "--draft", "--help", "--foo", "--v", "-", "--", "—", "=",
    ":", ",", "16:9", "2", "high", "2k", "1024x1024", '"', "'", "“", "”", " ", "  ", "\n", "a", "fox", "猫",
    "🦊", "budget", "set", "channel", "$5", "show", "0123456789", "\u00a0", "\u200f", "&", "<", ">",
]  # fmt: skip
texts = st.one_of(
    st.text(), st.lists(st.sampled_from(PIECES)).map("".join), st.lists(st.sampled_from(PIECES)).map(" ".join)
)
words = st.lists(
    st.from_regex(r"[a-z\u4e00-\u4e20\u05d0-\u05ea]{1,8}([-'][a-z]{1,5})?[,.]?", fullmatch=True), min_size=1
)
FLAGS = [
    "--ar 16:9",
    "--q high",
    "—n 2",
    "--format=webp",
    "--draft",
    "--size 2k",
    '--ar "1:1"',
    "--n3",
    "--q: low",
]


@settings(max_examples=500)
@given(texts, st.integers(0, 3))
@example("--", 0)
@example('"', 0)
@example("--ar=", 0)
@example("--no --no", 0)
@example("-\u0301-ar", 0)
def test_any_text_is_a_command_or_a_refusal(text, sources):
    try:
        command = parse(text, sources=sources)
    except AskRefused as refused:
        without = getattr(refused.refusal, "without", "")
        assert without is None or len(str(without)) < len(clean(text)) + 1
        return
    if isinstance(command, Imagine):
        request = command.request
        assert request.prompt == request.prompt.strip() != ""
        assert 1 <= request.n <= 4
        assert request.size is None if sources and not request.size else broken_rule(request.size) is None
        assert all(note.endswith(".") for note in command.notes)


@given(words, st.lists(st.sampled_from(FLAGS), max_size=4), st.randoms())
def test_words_of_the_prompt_survive_flags_anywhere(prompt, flags, random):
    mixed = list(prompt)
    for flag in flags:
        mixed.insert(random.randint(0, len(mixed)), flag)
    plain = " ".join(prompt)
    try:
        command = parse(" ".join(mixed))
    except AskRefused as refused:
        assert refused.problem is Problem.EMPTY_PROMPT  # noqa: PT017 - which of both it is depends on the words
        return
    if isinstance(command, Imagine):
        assert command.request.prompt == plain


@given(
    words,
    st.sampled_from(["1536x1024", "1024x1024", "3840x2160"]),
    st.sampled_from(Quality),
    st.sampled_from(Format),
    st.integers(1, 4),
)
def test_settings_are_read_as_they_are_written(prompt, size, quality, file_format, n):
    text = f"x {' '.join(prompt)} --size {size} --quality {quality} --format {file_format} --n {n}"
    request = parse(text).request

    assert request.prompt == f"x {' '.join(prompt)}"
    assert request.size == parse_size(size)
    assert (request.quality, request.format, request.n) == (quality, file_format, n)


@given(texts)
def test_without_its_flags_a_text_has_none(text):
    straight = straighten(clean(text))
    flags = find_flags(straight)
    spans = [(flag.start, flag.end) for flag in flags]

    assert all(start < end for start, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    assert len(remove(straight, flags)) <= len(straight) + len(flags)


@given(texts)
def test_straightening_moves_nothing(text):
    assert len(straighten(text)) == len(text)
