"""What a person types for a picture: flags, dashes, quotes (UX reference 1, "What a person types")."""

import pytest

from bot.domain.problem import Problem
from bot.domain.requests.refusals import AskRefused, BadSize, BadValue, PromptTooLong, SizeRule, UnknownFlag
from bot.domain.requests.request import Format, Kind, Quality, Size
from handlers.parsing import Help, Imagine, OpenForm, parse
from handlers.parsing.text_input import decode_command_text

NBSP, NARROW, IDEOGRAPHIC = "\u00a0", "\u202f", "\u3000"
RLM, LRM, ZWSP, BOM = "\u200f", "\u200e", "\u200b", "\ufeff"


def picture(text: str, **options) -> Imagine:
    command = parse(text, **options)
    assert isinstance(command, Imagine), command
    return command


def refusal(text: str, **options) -> AskRefused:
    with pytest.raises(AskRefused) as caught:
        parse(text, **options)
    return caught.value


def summary(text: str) -> tuple[str, str, str, int, str]:
    request = picture(text).request
    return request.prompt, str(request.size), request.quality.value, request.n, request.format.value


def test_plain_prompt_gets_the_defaults():
    command = picture("a red fox")

    assert summary("a red fox") == ("a red fox", "1024x1024", "medium", 1, "png")
    assert command.request.kind is Kind.GENERATE
    assert command.request.sources == 0
    assert command.notes == ()


def test_defaults_are_the_callers():
    request = picture(
        "a fox", default_quality=Quality.LOW, default_format=Format.WEBP, default_size=Size(1536, 1024)
    ).request

    assert (request.quality, request.format, request.size) == (Quality.LOW, Format.WEBP, Size(1536, 1024))


def test_text_with_pictures_is_an_edit_that_keeps_its_sources_ratio():
    request = picture("make it blue", sources=2).request

    assert (request.kind, request.size, request.sources) == (Kind.EDIT, None, 2)
    assert picture("make it blue --ar 16:9", sources=1).request.size == Size(1536, 864)
    assert picture("make it blue --size auto", sources=1).request.size is None
    assert picture("a fox --size auto").request.size == Size(1024, 1024)


@pytest.mark.parametrize("text", ["", " ", "\n\t ", NBSP, ZWSP, BOM + " ", "\0"])
def test_nothing_typed_opens_the_form(text):
    assert parse(text) == OpenForm()


FOX = ("a fox", "1536x864", "high", 2, "webp")


@pytest.mark.parametrize(
    "text",
    [
        "a fox --ar 16:9 --quality high --n 2 --format webp",
        "--ar 16:9 --quality high --n 2 --format webp a fox",
        "a --ar 16:9 --quality high fox --n 2 --format webp",
        "a fox --ar=16:9 --quality=high --n=2 --format=webp",
        'a fox --ar="16:9" --quality="high" --n="2" --format="webp"',
        "a fox --ar '16:9' --quality 'high' --n '2' --format 'webp'",
        "a fox --ar “16:9” --quality ‘high’ --n „2“ --format webp",
        "a fox --aspect 16:9 --q high --r 2 --fmt webp",
        "a fox --ratio 16:9 --q high --repeat 2 --fmt webp",
        "a fox --aspect-ratio 16:9 --q high --batch 2 --fmt webp",
        "a fox --aspect_ratio 16:9 --q 2 --batch 2 --fmt .webp",
        "A FOX".lower() + " --AR 16:9 --Quality HIGH --N 2 --Format WEBP",
        "a fox —ar 16:9 —q high —n 2 —format webp",
        "a fox –ar 16:9 –q high –n 2 –format webp",
        "a fox ––ar 16:9 ––q high ——n 2 −−format webp",
        "a fox -—ar 16:9 —-q high ‑‑n 2 ‒‒format webp",
        "a fox ‐‐ar 16:9 ―ar 16:9 ―q high －－n 2 ﹣﹣format webp",
        "a fox --ar16:9 --qhigh --n2 --format webp".replace("--qhigh", "--q4"),
        "a fox --ar 16:9, --q high, --n 2, --format webp.",
        "a fox --ar 16 : 9 --q high --n 2 --format webp",
        "a fox --ar: 16:9 --q: high --n: 2 --format: webp",
        "a fox --ar = 16:9 --q = high --n =2 --format= webp",
        "a fox --ar 16：9 --q ｈｉｇｈ --n ２ --format ｗｅｂｐ",
        "a fox --ar 16/9 --q high --n 2 --format webp",
        "a fox --ar 16x9 --q best --n +2 --format image/webp",
        f"a{NBSP}fox{NBSP}--ar{NBSP}16:9{NARROW}--q high{IDEOGRAPHIC}--n 2 --format webp",
        f"a fox {RLM}--ar 16:9 {LRM}--q high {ZWSP}--n 2 {BOM}--format webp",
        "a fox\n--ar 16:9\n--q high\n--n 2\n--format webp",
        "a fox\t--ar\t16:9\t--q\thigh\t--n\t2\t--format\twebp",
        '"a fox --ar 16:9 --q high --n 2 --format webp"',
        "“a fox” --ar 16:9 --q high --n 2 --format webp".replace("“", "").replace("”", ""),
        "`a fox --ar 16:9 --q high --n 2 --format webp`",
        "a fox [--ar 16:9] (--q high) *--n 2* **--format webp**",
        "a fox `--ar 16:9 --q high --n 2 --format webp`",
        "a fox -ar 16:9 -quality high --n 2 -format webp",
        "a fox --size 16:9 --q high --n 2 --format webp",
        "a fox --size landscape_16_9 --q high --n 2 --format webp",
        "a fox --preset landscape-16-9 --q high --n 2 --format webp",
        "a fox --size 1536x864 --q high --n 2 --format webp",
        "a fox --size 1536 × 864 --q high --n 2 --format webp",
        "a fox --size=1536*864 --q high --n 2 --format webp",
    ],
)
def test_flags_are_understood_however_they_are_typed(text):
    command = picture(text)

    assert summary(text) == FOX
    assert command.notes == ()


@pytest.mark.parametrize(
    "prompt",
    [
        "a well-known cat",
        "a fox – in snow",
        "a fox — in snow",
        "a fox -- in snow",
        "fox—in—snow",
        "a fox —in snow—",
        "a fox -in snow",
        "a fox--no, wolf",
        "a fox –5 °C in snow",
        "a fox −5 °C",
        "x - y -- z --- end",
        "--> an arrow",
        "狐狸——在雪中",
        "狐狸 ——在雪中",
        "лиса —в снегу",
        "—Привет, лиса",
        "—No, la montaña",
        "he said,--look, a fox",
        "a t-shirt, x-ray and e-mail",
        "https://example.com/--ar/16:9",
        "user@example.com at 16:9",
        'a sign that says "--help --n 9"',
        'a sign "budget — 50 % off --now" on a door',
        '"red" and "blue"',
        "a 6\" pipe and a 5' wall",
        "rock 'n' roll",
        "family 👨‍👩‍👧 and 🏳️‍🌈 flags",
        "שועל אדום בשלג",
        "赤い狐",
        "line one\nline two\n\nline four",
        "50% off & more < than > that",
        "-5 degrees",
        "a cat -n 5",
        "a cat -q ueen",
        "☀ over a field",
        "help me draw a cat",
    ],
)
def test_prompt_is_left_alone(prompt):
    command = picture(prompt)

    assert command.request.prompt == prompt
    assert command.request.n == 1
    assert command.notes == ()


@pytest.mark.parametrize(
    ("text", "prompt"),
    [
        ("“a fox”", "a fox"),
        ('"a fox"', "a fox"),
        ("a “red” fox", 'a "red" fox'),
        ("don’t wake the fox", "don't wake the fox"),
        ("a   fox \n  --n 2  in\tsnow ", "a fox\nin snow"),
        (f"a{NBSP}fox", "a fox"),
        ("cafe\u0301", "caf\u00e9"),
        ("fo\0x\x07", "fox"),
        ("狐狸--ar 1:1", "狐狸"),
        ("狐狸，--ar 1：1。在雪中", "狐狸， 在雪中"),
        ("狐狸 --q high，在雪中", "狐狸 在雪中"),
        ("🦊--ar 1:1", "🦊"),
        ("fox,--n 2", "fox,"),
        ('"a fox"--n 2 in snow', '"a fox" in snow'),
        ("a fox --n 2, sitting", "a fox sitting"),
        ("a fox --draft: sitting", "a fox sitting"),
    ],
)
def test_prompt_is_what_is_left(text, prompt):
    assert picture(text).request.prompt == prompt


@pytest.mark.parametrize(
    ("value", "quality"),
    [
        ("low", "low"), ("l", "low"), (".25", "low"), ("0.25", "low"), (".5", "low"), ("0,5", "low"),
        ("medium", "medium"), ("med", "medium"), ("1", "medium"), ("standard", "medium"),
        ("high", "high"), ("hi", "high"), ("2", "high"), ("4", "high"), ("hd", "high"),
    ],
)  # fmt: skip
def test_quality_words_and_midjourneys_numbers(value, quality):
    assert picture(f"a fox --q {value}").request.quality.value == quality
    assert picture(f"a fox --quality={value}").request.quality.value == quality


def test_glued_fraction_is_a_value():
    assert picture("a fox --q.5").request.quality is Quality.LOW


@pytest.mark.parametrize(
    "text", ["a fox --draft", "--draft a fox", "a fox —draft", "a fox --draft, --n 1", "a fox --draft=yes"]
)
def test_draft_is_low_quality(text):
    request = picture(text).request

    assert (request.quality, request.prompt) == (Quality.LOW, "a fox")


@pytest.mark.parametrize(
    ("value", "file_format"), [("jpg", "jpeg"), ("JPEG", "jpeg"), ("png", "png"), ("webp", "webp")]
)
def test_formats(value, file_format):
    assert picture(f"a fox --format {value}").request.format.value == file_format


@pytest.mark.parametrize(
    ("text", "size", "notes"),
    [
        ("--size 2k", "2048x2048", 0),
        ("--size 2K --ar 16:9", "2560x1440", 0),
        ("--ar 9:16 --size 4k", "2160x3840", 0),
        ("--size 4k --ar 3:2", "3504x2336", 0),
        ("--ar square", "1024x1024", 0),
        ("--ar portrait", "1024x1536", 0),
        ("--ar landscape_4_3", "1024x768", 0),
        ("--size 1536x1024 --ar 3:2", "1536x1024", 0),
        ("--ar 3:2 --size 1536x1024", "1536x1024", 0),
        ("--ar 1:1 --size 1536x1024", "1536x1024", 1),
        ("--size 1536x1024 --ar 1:1", "1024x1024", 1),
        ("--size square --ar 16:9", "1536x864", 1),
        ("--ar 16:9 --size auto", "1536x864", 0),
        ("--size 2k --size auto", "1024x1024", 1),
        ("--ar 1.91:1", "1712x896", 1),
        ("--ar 1:3", "720x2160", 0),
    ],
)
def test_size_and_ratio_together(text, size, notes):
    command = picture(f"a fox {text}")

    assert str(command.request.size) == size
    assert len(command.notes) == notes


def test_snapped_and_contradicting_sizes_are_echoed():
    assert picture("a fox --ar 1.91:1").notes == (
        "--ar 1.91:1 is drawn as 1712x896, the nearest that the image service takes.",
    )
    assert picture("a fox --ar 1:1 --size 1536x1024").notes == (
        "--ar and --size were both given: the last one counts (1536x1024).",
    )


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("a fox --n 2 --n 3", "--n was given more than once: the last one counts (--n 3)."),
        ("a fox --n 3 --n 2 --n 3", "--n was given more than once: the last one counts (--n 3)."),
        ("a fox --n 2 --repeat 3", "--n and --repeat were both given: the last one counts (--repeat 3)."),
        ("a fox --q low --draft", None),
        ("a fox --draft --q high", "--draft and --q were both given: the last one counts (--q high)."),
        ("a fox --n 2 --n 2", None),
        ("a fox --n 9 --n 2", "--n was given more than once: the last one counts (--n 2)."),
        ("a fox --ar 1:1 --ar 3:2", "--ar was given more than once: the last one counts (--ar 3:2)."),
        (
            "a fox --fmt png --format jpg",
            "--fmt and --format were both given: the last one counts (--format jpg).",
        ),
    ],
)
def test_repeated_flag_the_last_wins_with_a_note(text, note):
    command = picture(text)

    assert command.request.prompt == "a fox"
    if note is None:
        assert all("given" not in each or "--draft" in each for each in command.notes)
    else:
        assert command.notes == (note,)


def test_last_of_a_repeated_flag_is_what_counts():
    assert picture("a fox --n 4 --n 2").request.n == 2
    assert picture("a fox --q high --draft").request.quality is Quality.LOW
    assert picture("a fox --draft --q high").request.quality is Quality.HIGH
    assert picture("a fox --ar 1:1 --ar 3:2").request.size == Size(1536, 1024)


@pytest.mark.parametrize(
    ("text", "prompt"),
    [
        ("a beach --no people", "a beach. Do not show: people."),
        ("a beach --no text, people", "a beach. Do not show: text, people."),
        ("a beach --no=people at dusk", "a beach at dusk. Do not show: people."),
        ('a beach --no "fishing boats" at dusk', "a beach at dusk. Do not show: fishing boats."),
        ("a beach --no “fishing boats” at dusk", "a beach at dusk. Do not show: fishing boats."),
        ("a beach! --no people --n 2", "a beach! Do not show: people."),
        ("a beach --no people --no dogs", "a beach. Do not show: people, dogs."),
        ("a beach —no people", "a beach. Do not show: people."),
        ("--no people, dogs\na beach", "a beach. Do not show: people, dogs."),
        ("a beach --no: people, dogs", "a beach. Do not show: people, dogs."),
    ],
)
def test_no_is_folded_into_the_prompt_and_echoed(text, prompt):
    command = picture(text)

    assert command.request.prompt == prompt
    assert command.notes == (f"--no became part of the words: {prompt[prompt.index('Do not') :]}",)


@pytest.mark.parametrize(
    "text", ["--help", "a fox --help", "—help", "a fox --n 9 --help", "--HELP", "a fox --foo --help"]
)
def test_help_flag_never_draws(text):
    assert parse(text) == Help()


@pytest.mark.parametrize(
    ("text", "flag", "without"),
    [
        ("a fox --v 6", "--v", "a fox"),
        ("a fox --v 6.1 in snow", "--v", "a fox in snow"),
        ("a fox --v6 in snow", "--v", "a fox in snow"),
        ("a fox —v 7", "--v", "a fox"),
        ("a fox --s 250", "--s", "a fox"),
        ("a fox --stylize=250 --n 2", "--stylize", "a fox --n 2"),
        ("a fox --c 10", "--c", "a fox"),
        ("a fox --chaos 10", "--chaos", "a fox"),
        ("a fox --iw 0.5", "--iw", "a fox"),
        ("a fox --sref https://example.com/a.png --ar 1:1", "--sref", "a fox --ar 1:1"),
        ("a fox --niji", "--niji", "a fox"),
        ("a fox --niji 6", "--niji", "a fox"),
        ("a fox --seed 42", "--seed", "a fox"),
        ("a fox --style raw", "--style", "a fox"),
        ("a fox --tile in snow", "--tile", "a fox in snow"),
        ("a fox --weird 100", "--weird", "a fox"),
        ("a fox --stop 50", "--stop", "a fox"),
        ("a fox --transparent", "--transparent", "a fox"),
        ("a fox --v 6 --s 250 --style raw --ar 3:2", "--v, --s, --style", "a fox --ar 3:2"),
        ("a fox --v 6 --v 7", "--v", "a fox"),
    ],
)
def test_flag_of_another_bot_is_named_and_can_be_left_out(text, flag, without):
    refused = refusal(text)

    assert refused.problem is Problem.UNSUPPORTED_FLAG
    assert refused.refusal.flag == flag
    assert refused.refusal.without == without
    assert refused.refusal.why == "", "it simply does not exist here"
    assert isinstance(parse(refused.refusal.without), Imagine)


@pytest.mark.parametrize(
    "flag", ["--private", "-private", "—private", "--stealth", "--only-me", "--PRIVATE=yes"]
)
def test_private_is_a_flag_and_no_word_of_the_prompt(flag):
    for text in (f"a fox {flag}", f"{flag} a fox", f"a {flag} fox"):
        found = parse(text)
        assert (found.request.prompt, found.is_private) == ("a fox", True)
    assert parse("a private fox").is_private is False
    assert parse(f"thanks {flag}").picture.is_private, "small talk, and where its picture would go"
    assert refusal("a fox --private=no").problem is Problem.BAD_VALUE


@pytest.mark.parametrize(
    ("text", "flag", "closest", "without"),
    [
        ("a fox --foo", "--foo", None, "a fox"),
        ("a fox --foo bar", "--foo", None, "a fox bar"),
        ("a fox --foo=bar in snow", "--foo", None, "a fox in snow"),
        ('a fox --foo="b a r" in snow', "--foo", None, "a fox in snow"),
        ("a fox --foo 12 in snow", "--foo", None, "a fox in snow"),
        ("a fox --kuality high", "--kuality", "--quality", "a fox"),
        ("a fox --qualty high --n 2", "--qualty", "--quality", "a fox --n 2"),
        ("a fox —qualty high", "--qualty", "--quality", "a fox"),
        ("a fox --arr 16:9", "--arr", "--ar", "a fox"),
        ("a fox --sizess 1024x1024", "--sizess", "--sizes", "a fox"),
        ("a fox --noo people", "--noo", "--no", "a fox people"),
        ("a fox --in snow", "--in", None, "a fox snow"),
        ("a fox --5", "--5", None, "a fox"),
        ("a fox --16:9", "--16:9", None, "a fox"),
        ("a fox --foo --bar 3", "--foo, --bar", None, "a fox"),
        ("a fox —foo=3", "--foo", None, "a fox"),
        ("a fox --arж 1:1", "--arж", "--ar", "a fox 1:1"),
    ],
)
def test_unknown_flag_never_spends_and_can_be_left_out(text, flag, closest, without):
    refused = refusal(text)

    assert refused.problem is Problem.UNKNOWN_FLAG
    assert refused.refusal == UnknownFlag(flag, closest, without)


@pytest.mark.parametrize(
    ("text", "flag", "given", "closest"),
    [
        ("a fox --ar", "--ar", "", None),
        ("a fox --ar --n 2", "--ar", "", None),
        ("a fox --n", "--n", "", None),
        ("a fox --n=", "--n", "", None),
        ("a fox --q ,", "--q", "", None),
        ("a fox --size", "--size", "", None),
        ("a fox --no", "--no", "", None),
        ('a fox --format ""', "--format", "", None),
        ("a fox --ar\n16:9", "--ar", "", None),
        ("a fox --ar wide-ish", "--ar", "wide-ish", "wide"),
        ("a fox --ar 16", "--ar", "16", None),
        ("a fox --ar 0:1", "--ar", "0:1", None),
        ("a fox --ar prtrait", "--ar", "prtrait", "portrait"),
        ("a fox --size landscpe_16_9", "--size", "landscpe_16_9", "landscape_16_9"),
        ("a fox --q hihg", "--q", "hihg", "high"),
        ("a fox --quality ultra", "--quality", "ultra", None),
        ("a fox --q 3", "--q", "3", None),
        ("a fox --n 9", "--n", "9", "4"),
        ("a fox --n 0", "--n", "0", "1"),
        ("a fox --n -1", "--n", "-1", "1"),
        ("a fox --n 2.5", "--n", "2.5", None),
        ("a fox --n four", "--n", "four", None),
        ("a fox --n 99999999999999999999", "--n", "99999999999999999999", "4"),
        ("a fox --n ٣", "--n", "٣", None),
        ("a fox --format gif", "--format", "gif", None),
        ("a fox --fmt wepb", "--fmt", "wepb", "webp"),
        ("a fox --draft=maybe", "--draft", "maybe", None),
    ],
)
def test_bad_value_says_what_was_expected(text, flag, given, closest):
    refused = refusal(text)

    assert refused.problem is Problem.BAD_VALUE
    assert refused.refusal.flag == flag
    assert refused.refusal.given == given
    assert refused.refusal.closest == closest
    assert refused.refusal.expected


@pytest.mark.parametrize(
    ("text", "given", "rule", "nearest"),
    [
        ("a fox --size 1920x1080", "1920x1080", SizeRule.GRID, "1920x1088"),
        ("a fox --size 512x512", "512x512", SizeRule.TOO_SMALL, "816x816"),
        ("a fox --ar 4:1", "4:1", SizeRule.RATIO, "2160x720"),
        ("a fox --ar 1:3.01", "1:3.01", SizeRule.RATIO, "720x2160"),
        ("a fox --ar 5:1 --size 4k", "5:1", SizeRule.RATIO, "3840x1280"),
    ],
)
def test_size_that_the_model_does_not_take_names_the_nearest(text, given, rule, nearest):
    refused = refusal(text)

    assert refused.problem is Problem.BAD_SIZE
    assert refused.refusal.given == given
    assert refused.refusal.rule is rule
    assert str(refused.refusal.nearest) == nearest


@pytest.mark.parametrize(
    "text",
    [
        "--ar 16:9",
        "--n 2 --q high",
        "--no people",
        "--",
        "—",
        "- - -",
        '""',
        "...",
        "'",
        "\u2800",
        "\u3164 \u2800",
    ],
)
def test_flags_without_a_prompt_are_refused(text):
    assert refusal(text).problem is Problem.EMPTY_PROMPT


def test_prompt_as_long_as_the_limit_passes_and_one_more_does_not():
    assert len(picture("x" * 4000 + " --n 2").request.prompt) == 4000
    refused = refusal("x" * 4001 + " --n 2")

    assert refused.problem is Problem.PROMPT_TOO_LONG
    assert refused.refusal == PromptTooLong(4001, 4000)
    assert refusal("x" * 11, max_prompt=10).refusal == PromptTooLong(11, 10)


def test_endless_flags_are_too_long_themselves():
    assert refusal("a fox" + " --n 2" * 2000).problem is Problem.PROMPT_TOO_LONG


def test_words_from_no_count_towards_the_limit():
    assert refusal("x" * 3990 + " --no people").problem is Problem.PROMPT_TOO_LONG


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "piece", ["--x ", '"', "—abcd ", "--no ", '"a ', "--ar 16 :", "- ", '--foo="', "\u0301"]
)
def test_hostile_text_is_answered_at_once(piece):
    for length in (5_900, 300_000):
        try:
            parse((piece * length)[:length])
        except AskRefused:
            continue


@pytest.mark.parametrize(
    "text",
    [
        '{"scene": "a fox, in snow", "style": "ink"}',
        "{scene: fox, style: ink}",
        "a curly brace { and a comma, alone",
        "an empty {} and {one}",
        r"the formula \frac{a,b} on a wall",
        "a set {0, 1} on a wall",
        "a {, } b",
    ],
)
def test_braces_that_hold_data_are_part_of_the_picture(text):
    assert parse(text).request.prompt == text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a {red, blue} fox --q low", "a {red, blue} fox"),
        ("{hero,logo}", "{hero,logo}"),
        ("a fox --no {fog,rain}", "a fox. Do not show: {fog,rain}."),
    ],
)
def test_lists_stay_among_the_words_until_the_orders_are_made(text, words):
    assert parse(text).request.prompt == words


@pytest.mark.parametrize(
    "text", ["a {cat --q low, dog}", "a {cat, dog --final}", "a {--draft cat,dog, fox} on ice --n 2"]
)
def test_a_flag_inside_a_list_is_refused(text):
    refused = refusal(text)

    assert refused.problem is Problem.UNSUPPORTED_FLAG
    assert "list" in refused.refusal.why


@pytest.mark.parametrize("text", ["a {cat,dog} --q low", "--final a {cat,dog}", "a {cat,dog}--n 2, blue"])
def test_a_flag_beside_a_list_counts_for_all_of_it(text):
    assert "{cat,dog}" in parse(text).request.prompt


@pytest.mark.parametrize(
    ("text", "prompt", "sizes"),
    [
        ("a fox --sizes square,story,banner", "a fox", "square 1024x1024, story 864x1536, banner 2160x720"),
        ("--sizes square, Story , 2:1 a fox", "a fox", "square 1024x1024, Story 864x1536, 2:1 1760x880"),
        ("a fox --sizes 2k,1536x1024 on ice", "a fox on ice", "2k 2048x2048, 1536x1024 1536x1024"),
        ("a fox --sizes=tall,wide", "a fox", "tall 1024x1536, wide 1536x864"),
        ("a fox --sizes {square,story}", "a fox", "square 1024x1024, story 864x1536"),
        ("a fox --sizes square,1:1,story", "a fox", "square 1024x1024, story 864x1536"),
        ("a fox --ar 1:1 --sizes story,wide", "a fox", "story 864x1536, wide 1536x864"),
    ],
)
def test_a_set_of_sizes_is_read_by_the_names_that_were_typed(text, prompt, sizes):
    read = parse(text)

    assert read.request.prompt == prompt
    assert ", ".join(f"{one.name} {one.size}" for one in read.sizes) == sizes


def test_one_size_of_a_set_is_just_that_size():
    read = parse("a fox --sizes story")

    assert (str(read.request.size), read.sizes, read.notes) == ("864x1536", (), ())
    assert parse("a fox --sizes square, a cat").request.prompt == "a fox a cat"


def test_of_a_set_of_sizes_and_one_size_the_last_counts():
    one = parse("a fox --sizes story,wide --ar 3:2")
    assert (str(one.request.size), one.sizes) == ("1536x1024", ())
    assert one.notes == ("--sizes and --ar were both given: the last one counts (--ar 3:2).",)

    several = parse("a fox --size 2k --sizes story,wide")
    assert len(several.sizes) == 2
    assert several.notes == ("--size and --sizes were both given: the last one counts (--sizes story,wide).",)


def test_a_wrong_size_of_a_set_is_refused_with_the_nearest():
    bad = refusal("a fox --sizes square,1000x1000").refusal
    assert isinstance(bad, BadSize)
    assert str(bad.nearest) == "1008x1008"
    slip = refusal("a fox --sizes square,strory").refusal
    assert isinstance(slip, BadValue)
    assert (slip.flag, slip.given, slip.closest) == ("--sizes", "strory", "story")
    assert refusal("a fox --sizes").problem is Problem.BAD_VALUE


def test_weights_of_midjourney_are_refused_and_their_words_can_be_drawn():
    for text, named, rest in (
        ("hot:: dog::2", "::, ::2", "hot dog"),
        ("a cat::1.5 in snow", "::1.5", "a cat in snow"),
        ("fog::-0.5, a ship", "::-0.5", "fog, a ship"),
        ("hot::.5 dog", "::.5", "hot dog"),
        ("hot ::2 dog", "::2", "hot dog"),
        ("(red)::2 dog", "::2", "(red) dog"),
    ):
        refused = refusal(text).refusal
        assert (refused.flag, refused.without) == (named, rest), text
    assert picture("a poster about std::vector").request.prompt == "a poster about std::vector"


def test_other_bots_flags_count_with_one_dash_where_a_value_follows():
    for text, named in (("a fox -v 6", "--v"), ("a fox -seed 5", "--seed"), ("a fox -s 250", "--s")):
        assert refusal(text).refusal.flag == named, text
    for text in ("a v-neck shirt -v neck", "a -seed bank", "tic -tac -toe"):
        assert picture(text).request.prompt == text
    for text in ("a fox -Q low", "a fox -q:low", "a fox -N 2"):
        assert picture(text).request.prompt == "a fox", text


def test_a_pictures_address_before_the_words_is_refused():
    for text in (
        "https://example.com/a.png make it blue",
        "https://example.com/a.JPG?x=1 make it blue",
        "https://s.mj.run/Ab12 a fox",
        "https://example.com/a.png",
        "--q low https://example.com/a.png a fox",
        "https://example.com/a.jpg, a fox",
        '"https://example.com/a.heic" a fox',
        decode_command_text("<https://example.com/a.png|a.png> a fox"),
    ):
        refused = refusal(text)
        assert refused.problem is Problem.UNSUPPORTED_FLAG, text
        assert refused.refusal.without == "", "the words alone are another picture"
    for text in ("a poster with https://example.com/a.png on it", "https://example.com on a sign"):
        assert picture(text).request.prompt == text
