"""One name a thing: draft, medium picture, final; and the settings in the same words."""

from dataclasses import replace
from itertools import product

import pytest

from bot.domain.money import Money
from bot.domain.requests.amounts import PictureMode
from bot.domain.requests.budget_refusals import Variant
from bot.domain.requests.request import Quality, Size
from bot.services.requests.preferences import Choices
from handlers.messages.money.amounts import briefly, drawn
from handlers.messages.replies.picture_settings import BUTTONS, settings_notice
from handlers.parsing import SettingsSet, parse
from sandbox.slack.block_kit import BlockCheck
from tests.unit.handlers.delivery_kit import a_request

DRAFTS, SINGLE = PictureMode


@pytest.mark.parametrize(
    ("quality", "n", "words", "brief"),
    [
        (Quality.LOW, 1, "1 draft", "1 draft"),
        (Quality.LOW, 4, "4 drafts", "4 drafts"),
        (Quality.MEDIUM, 1, "1 medium picture", "1 medium"),
        (Quality.MEDIUM, 2, "2 medium pictures", "2 medium"),
        (Quality.HIGH, 1, "1 final", "1 final"),
        (Quality.HIGH, 4, "4 finals", "4 finals"),
    ],
)
def test_pictures_are_called_by_their_quality(quality: Quality, n: int, words: str, brief: str) -> None:
    request = replace(a_request(), quality=quality, n=n, size=Size(2560, 1440))

    assert drawn(request) == words
    assert briefly(Variant(request, Money(1))) == brief
    assert briefly(Variant(request, Money(1), is_smaller=True)) == f"{brief}, 2560×1440"


def test_every_state_of_the_settings_passes_slacks_rules_and_offers_what_is_not_so() -> None:
    for own, channel, rules, here in product(
        (None, *PictureMode), (None, *PictureMode), (True, False), ("C1", None)
    ):
        notice = settings_notice(Choices(own, channel, DRAFTS, rules), channel_id=here)

        assert BlockCheck(surface="message", find_file=lambda _: None).blocks(notice.blocks) == []
        rows = [block["elements"] for block in notice.blocks if block["type"] == "actions"]
        assert len(rows) == (2 if rules and here else 1)
        for row, now in zip(rows, (own, channel), strict=False):
            commands = [parse(button["value"]) for button in row]
            assert all(isinstance(command, SettingsSet) for command in commands)
            modes = [command.mode for command in commands if isinstance(command, SettingsSet)]
            assert set(modes) == {None, *PictureMode} - {now}
            assert {button["action_id"] for button in row} <= set(BUTTONS)
        expected = own or channel or DRAFTS
        assert ("1 medium picture" if expected is SINGLE else "4 drafts") in notice.text.split(".")[0]
