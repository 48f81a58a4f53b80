"""What the bot says to whoever meets it: one or two sentences, and buttons that go on from there. Pure."""

from __future__ import annotations

from bot.domain.jobs.shown import SHEET
from bot.ports.greeter import Greeting
from handlers.messages.block_kit import Channel, Code, Part
from handlers.messages.buttons.button import actions, button
from handlers.messages.buttons.command_buttons import change_button, command_button, draw_button
from handlers.messages.buttons.picture_buttons import EDIT, Target
from handlers.messages.problems.error_message import Notice, notice
from handlers.messages.status_text import price
from handlers.messages.wording import BotNames

EXAMPLE = "a red fox in snow"
ABOUT = "I draw and change pictures. What you ask for here only you see."


def channel_welcome(greeting: Greeting, names: BotNames, *, here: str) -> Notice:
    """For the channel that the bot joined; ``here`` is where it is read: that channel, or a person."""
    place: tuple[Part, ...] = ("here",)
    if greeting.channel_id is not None and greeting.channel_id != here:
        place = ("in ", Channel(greeting.channel_id, spoken="a channel"))
    said = notice(
        [
            "I draw pictures ",
            *place,
            ". Type ",
            Code(f"{names.command} {EXAMPLE}"),
            ", or drop in a picture and tell me what to change. ",
            f"{_count(greeting.drafts)} cost {price(greeting.price, exact=False)}.",
        ]
    )
    return Notice(
        said.text, [*said.blocks, actions(draw_button(), command_button("What can you do?", "help"))]
    )


def person_welcome() -> Notice:
    """For one's own direct messages, and the Home of whoever has not drawn anything yet."""
    said = notice([ABOUT])
    return Notice(said.text, [*said.blocks, actions(draw_button(style="primary"), change_button())])


def talk_notice() -> Notice:
    """The answer to a greeting."""
    said = notice(["I draw and change pictures."])
    return Notice(
        said.text, [*said.blocks, actions(draw_button(), command_button("What can you do?", "help"))]
    )


def bare_mention_notice(result: tuple[str, int] | None) -> Notice:
    """The answer to a mention without words. ``result`` is the job whose pictures are the thread's newest,
    and how many they are; None where the thread has none of ours."""
    if result is None:
        said = notice(["Tell me what to draw."])
        return Notice(said.text, [*said.blocks, actions(draw_button())])
    said = notice(["Tell me what to draw, or what to change in the picture above."])
    job_id, _ = result
    row = actions(draw_button(), button(EDIT, "Edit that picture…", Target(job_id, SHEET).value))
    return Notice(said.text, [*said.blocks, row])


def _count(number: int) -> str:
    return {1: "One draft", 2: "Two drafts", 3: "Three drafts", 4: "Four drafts"}.get(
        number, f"{number} drafts"
    )
