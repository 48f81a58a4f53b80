"""What buys a picture and what is answered free: the rules and the tables of the loop reference 5."""

import pytest

from bot.domain.requests.ask import LAST, UNCLEAR
from bot.domain.requests.refusals import AskRefused, UnsupportedFlag
from bot.domain.requests.request import Format, Named, Quality
from handlers import parsing
from handlers.parsing.references import goes_on, take_reference
from handlers.parsing.verbs import Action, Verb, read_verb
from handlers.parsing.words import Reading, read_words

PICTURES = [
    "thank you card with roses", "stop sign in the rain", "history of rome poster", "budget airline poster",
    "again and again, op art", "nice sunset", "hello kitty style cat", "cancel culture poster", "more cats",
    "back to the future car", "final boss", "snow", "statue", "presents", "candle", "no smoking sign",
    "budget price tag illustration", "can you draw a fox?", "could we make the sky pink?", "test tube",
    "good boy dog", "a cat", "make the second floor blue", "show dog on a stage", "help wanted sign, 1920s",
    "what a wonderful world, poster", "square dance in a barn", "use of colour in bauhaus",
    "undo button icon",
    "story time with a dragon", "hi-fi tower", "status symbol watch", "fiends", "the last samurai",
]  # fmt: skip

FREE = {
    Reading.TALK: [
        "hi", "good morning", "👍", ":tada:", "…", "hello everyone", "test", "ok", "sorry", "hi @bob",
        "hello @bob @carol!", "got it", "That's it.",
    ],
    Reading.THANKS: [
        "thanks!", "beautiful", "nice :heart:", "thank you so much @bob", "great job", "thx a lot", "Wow!!",
        "@bob thanks", "thanks @bob @carol",
    ],
    Reading.QUESTION: [
        "where's my picture?", "what can you do?", "why is the sky blue?", "can you help?", "Who are you?",
    ],
    Reading.MONEY_QUESTION: [
        "what's my budget?", "what's left?", "how much money is left?", "what does a picture cost?",
    ],
    Reading.SLIP: ["helpp", "hlep", "statsu", "histori", "budgt", "canceel", "Histroy"],
    Reading.NEAR: ["status quo", "settings icon", "budget foo", "show 5", "cancel all", "budget status"],
    Reading.SEARCH: ["history fox", "find fox", "find a red fox", "find red fox logo"],
    Reading.BUDGET: [
        "budget set workspace = $50", "budget topup $5", "budget zone UTC+2", "budget set channel",
        "budget history of @anna",
    ],
    Reading.VERB: [
        "undo that", "stop it", "vary it", "finish this", "never mind that", "once more", "do it again",
        "another one", "forget it", "undo", "again", "u1", "stop", "make it square", "vary 2", "finish in 4k",
        "delete it",
    ],
}  # fmt: skip


def test_what_describes_a_picture_is_one() -> None:
    for text in PICTURES:
        for in_conversation in (False, True):
            command = parsing.parse(text, in_conversation=in_conversation)
            assert isinstance(command, parsing.Imagine), (text, command)


def test_what_asks_for_no_picture_is_answered_free() -> None:
    for reading, texts in FREE.items():
        for text in texts:
            said = read_words(text)
            assert said is not None, text
            assert said.reading is reading, (text, said)


def test_commands_by_another_name_are_commands() -> None:
    for text, command in {
        "hist": parsing.History(), "find": parsing.History(), "my budget": parsing.BudgetShow(),
        "balance": parsing.BudgetShow(), "Balance?": parsing.BudgetShow(),
    }.items():  # fmt: skip
        assert parsing.parse(text) == command, text


def test_a_command_is_one_whatever_ends_it() -> None:
    for text, command in {
        "help 🙏": parsing.Help(), "help :pray:": parsing.Help(), "status 👀": parsing.Status(),
        "budget 💰": parsing.BudgetShow(), "help…": parsing.Help(), "ｈｅｌｐ": parsing.Help(),
        "hist 🙏": parsing.History(), "my budget 🙏": parsing.BudgetShow(), "show :eyes:": parsing.History(),
        "budget history!": parsing.BudgetHistory(), "export": parsing.Help(),
    }.items():  # fmt: skip
        assert parsing.parse(text) == command, text


def test_a_slip_names_the_command_and_only_near_words_are_slips() -> None:
    meant = {"helpp": "help", "hlep": "help", "statsu": "status", "histori": "history", "budgt": "budget"}
    for text, command in meant.items():
        said = read_words(text)
        assert said is not None
        assert said.command == command, text
    for text in ("snow", "shown", "statue", "candle", "presents", "held", "whelp"):
        assert read_words(text) is None, text


def test_whoever_types_a_flag_wants_a_picture() -> None:
    for text in ("helpp --q low", "nice --ar 1:1", "status quo --n 2"):
        assert isinstance(parsing.parse(text), parsing.Imagine), text
    again = parsing.parse("again --ar 16:9", in_conversation=True)
    assert isinstance(again, parsing.NotAPicture)
    for text in ("again --ar 16:9", "u1 -q low", "vary 2 --n 4"):
        assert isinstance(parsing.parse(text), parsing.NotAPicture), text
    assert isinstance(parsing.parse("banner --ar 3:1"), parsing.Imagine), "a word of pictures as well"


def test_a_polite_request_is_drawn_without_the_request() -> None:
    for text, sources, prompt in (
        ("can you draw a fox?", 0, "a fox?"),
        ("Could you please make me a logo of an owl", 0, "a logo of an owl"),
        ("can you paint the door red", 1, "paint the door red"),
        ("a can you can draw", 0, "a can you can draw"),
    ):
        command = parsing.parse(text, sources=sources)
        assert isinstance(command, parsing.Imagine), text
        assert command.request.prompt == prompt


VERBS = {
    "again": Verb(Action.AGAIN),
    "please do again now": None,
    "Again please": Verb(Action.AGAIN),
    "ok, one more": Verb(Action.AGAIN),
    "again in 16:9": Verb(Action.AGAIN, size="16:9"),
    "go back": Verb(Action.UNDO),
    "v2": Verb(Action.VARY, 2),
    "variations of the third one": Verb(Action.VARY, 3),
    "remix 2": Verb(Action.VARY, 2),
    "2": Verb(Action.USE, 2),
    "#4": Verb(Action.USE, 4),
    "the last one": Verb(Action.USE, LAST),
    "top right": Verb(Action.USE, 2),
    "I like 2": Verb(Action.USE, 2),
    "let's go with the second one": Verb(Action.USE, 2),
    "finish": Verb(Action.FINISH),
    "finish the first one in 4k": Verb(Action.FINISH, 1, "4k"),
    "upscale 2": Verb(Action.FINISH, 2),
    "bigger": Verb(Action.FINISH, size="2k"),
    "4k": Verb(Action.FINISH, size="4k"),
    "make it 16:9": Verb(Action.RESHAPE, size="16:9"),
    "wider": Verb(Action.RESHAPE, size="wider"),
    "wide": Verb(Action.RESHAPE, size="wide"),
    "make it tall": Verb(Action.RESHAPE, size="tall"),
    "make it 2048x1152": Verb(Action.RESHAPE, size="2048x1152"),
    "finish 2 in 16:9": Verb(Action.FINISH, 2, "16:9"),
    "finish the first one in portrait": Verb(Action.FINISH, 1, "portrait"),
    "never mind": Verb(Action.CANCEL),
    "use a darker red": None,
    "i like the sky": None,
    "finish the roof": None,
    "5": Verb(Action.USE, 5),
    "12": Verb(Action.USE, 12),
    "#7": Verb(Action.USE, 7),
    "the seventh one": Verb(Action.USE, 7),
    "the twelfth picture": Verb(Action.USE, 12),
    "u7": Verb(Action.USE, 7),
    "v12": Verb(Action.VARY, 12),
    "vary 9": Verb(Action.VARY, 9),
    "use picture 12": Verb(Action.USE, 12),
    "finish #7": Verb(Action.FINISH, 7),
    "delete 2": Verb(Action.DELETE, 2),
    "delete #2": Verb(Action.DELETE, 2),
    "delete the second one": Verb(Action.DELETE, 2),
    "again 3": Verb(Action.AGAIN, 3),
    "redo the second one in 16:9": Verb(Action.AGAIN, 2, "16:9"),
    "before 2": Verb(Action.BEFORE, 2),
    "finish it in 4k": Verb(Action.FINISH, size="4k"),
    "vary 2 in 16:9": Verb(Action.VARY, 2, "16:9"),
    "vary in square": Verb(Action.VARY, size="square"),
    "both": Verb(Action.USE, UNCLEAR),
    "2 and 3": Verb(Action.USE, UNCLEAR),
    "use 1, 2 and 4": Verb(Action.USE, UNCLEAR),
    "vary 1 and 2": Verb(Action.VARY, UNCLEAR),
    "vary them all": Verb(Action.VARY, UNCLEAR),
    "finish all of them": Verb(Action.FINISH, UNCLEAR),
    "undo 2": Verb(Action.UNDO, UNCLEAR),
    "delete both": Verb(Action.DELETE, UNCLEAR),
    "delete 2 and 3": Verb(Action.DELETE, UNCLEAR),
    "again 3 times": Verb(Action.AGAIN, UNCLEAR),
    "delete the tree": None,
    "undo button icon": None,
    "before the storm": None,
    "keep the first floor": None,
    "remix of a song": None,
    "take it all off": None,
    "2 and 3 birds": None,
    "13": None,
    "0": None,
    "more cats": None,
}


def test_verbs_and_which_picture_they_mean() -> None:
    for text, verb in VERBS.items():
        assert read_verb(text) == verb, text


FLAGGED = {
    "again --n 2 --ar 16:9": Verb(Action.AGAIN, size="1536x864", named=Named(n=2)),
    "again --size 2k": Verb(Action.AGAIN, size="2k"),
    "redo --draft --format webp": Verb(Action.AGAIN, named=Named(Quality.LOW, format=Format.WEBP)),
    "vary 2 -q high": Verb(Action.VARY, 2, named=Named(Quality.HIGH)),
    "vary 2 --size 2048x1152": Verb(Action.VARY, 2, "2048x1152"),
    "16:9 --q medium": Verb(Action.RESHAPE, size="16:9", named=Named(Quality.MEDIUM)),
    "finish 2 --n 2 --final": Verb(Action.FINISH, 2, named=Named(Quality.HIGH, 2)),
    "use 2 --private": Verb(Action.USE, 2),
}


@pytest.mark.parametrize("text", FLAGGED)
def test_flags_after_a_verb_count_for_what_it_draws(text: str) -> None:
    command = parsing.parse(text, in_conversation=True)
    assert isinstance(command, parsing.NotAPicture)
    assert command.said.verb == FLAGGED[text]


@pytest.mark.parametrize(
    ("text", "flag", "verb"),
    [
        ("finish 2 --q low", "--q low", "finish"),
        ("finish --draft", "--draft", "finish"),
        ("finish in 4k --ar 16:9", "--ar 16:9", "finish"),
        ("16:9 --ar 4:3", "--ar 4:3", "16:9"),
        ("use 2 --n 2", "--n 2", "use"),
        ("undo --q low", "--q low", "undo"),
        ("again --sizes square,story", "--sizes square,story", "again"),
        ("again --no fog", "--no fog", "again"),
    ],
)
def test_a_flag_that_a_verb_does_not_take_is_refused(text: str, flag: str, verb: str) -> None:
    with pytest.raises(AskRefused) as refused:
        parsing.parse(text, in_conversation=True)
    assert refused.value.refusal == UnsupportedFlag(flag, f"not possible after {verb}")


def test_a_reference_inside_a_sentence_is_taken_out() -> None:
    for text, number, rest in (
        ("make the third one blue", 3, "make it blue"),
        ("put a hat on #3", 3, "put a hat on it"),
        ("picture 2 with more snow", 2, "it with more snow"),
        ("make the bottom left image darker", 3, "make it darker"),
        ("the last one but at night", LAST, "it but at night"),
        ("make the second floor blue", None, "make the second floor blue"),
        ("add 3 birds", None, "add 3 birds"),
        ("colour it #333333", None, "colour it #333333"),
        ("a room with 2 pictures", None, "a room with 2 pictures"),
        ("make the third and fourth one blue", UNCLEAR, "make the third and fourth one blue"),
        ("make the first one red and the second one blue", UNCLEAR,
         "make the first one red and the second one blue"),
        ("put #1 and #2 side by side", UNCLEAR, "put #1 and #2 side by side"),
        ("make both pictures blue", UNCLEAR, "make both pictures blue"),
        ("pictures 2 and 3 in black and white", UNCLEAR, "pictures 2 and 3 in black and white"),
        ("make #7 blue", 7, "make it blue"),
        ("make the fifth one blue", 5, "make it blue"),
        ("2 and 3 birds", None, "2 and 3 birds"),
        ("the first and last supper", None, "the first and last supper"),
    ):  # fmt: skip
        assert take_reference(text) == (number, rest), text


def test_what_goes_on_from_a_picture() -> None:
    for text in (
        "make it blue",
        "Change the sky",
        "now at night",
        "same but green",
        "the third one at night",
    ):
        assert goes_on(text), text
    for text in ("a fox", "make a fox", "the makers of it", "nowhere man", "removed walls"):
        assert not goes_on(text), text


def test_several_pictures_outside_a_conversation_are_no_verb() -> None:
    for text in ("vary them all", "2 and 3", "undo 2"):
        assert isinstance(parsing.parse(text), parsing.Imagine), text
        assert isinstance(parsing.parse(text, in_conversation=True), parsing.NotAPicture), text


@pytest.mark.parametrize("text", ["helpp", "hi", "undo"])
def test_it_can_be_drawn_all_the_same(text: str) -> None:
    command = parsing.parse(text)
    assert isinstance(command, parsing.NotAPicture)
    assert command.picture is not None
    assert command.picture.request.prompt == text


def test_what_describes_nothing_is_refused() -> None:
    for text in ("…", "--n 2", '""'):
        with pytest.raises(AskRefused):
            parsing.parse(text)


@pytest.mark.parametrize("text", ["help", "status", "history"])
def test_private_beside_a_command_leaves_it_a_command(text: str) -> None:
    assert parsing.parse(f"{text} --private") == parsing.parse(text)


@pytest.mark.parametrize("text", ["hi", "thanks", "helpp", "what can you do?", "nice"])
def test_private_beside_small_talk_asks_for_no_picture(text: str) -> None:
    assert isinstance(parsing.parse(f"{text} --private"), parsing.NotAPicture)
    assert isinstance(
        parsing.parse(f"{text} --private", sources=1, in_conversation=True), parsing.NotAPicture
    )


def test_private_beside_a_picture_asks_for_it() -> None:
    asked = parsing.parse("a red fox --private")

    assert isinstance(asked, parsing.Imagine)
    assert asked.is_private
