"""What ``doctor`` says of the abilities of a workspace's messages. Pure."""

from __future__ import annotations

from bot.services.abilities import Ability, Measured
from bot.services.operations.checks import Finding, Level

MEASURE = "imagine-bot doctor --live CHANNEL measures it."

_UNPROVEN = {
    Ability.FILE_BUTTONS: "the buttons of a result stand in a message without files",
    Ability.BLOCK_POST: "pictures are shared as files",
    Ability.BLOCK_UPDATE: "the sheet is shared as a file, too",
    Ability.ALT_TXT: "files are uploaded without a description",
}
"""What the bot does where a fact was disproven."""

_UNKNOWN = _UNPROVEN | {Ability.FILE_BUTTONS: "buttons on messages with files are taken to work"}
"""What it does as long as nobody has measured it."""


def finding(ability: Ability, measured: Measured | None) -> Finding:
    """One line. Nothing here is wrong with an installation: the bot does what works either way."""
    if measured is None:
        return Finding(Level.OK, ability.value, f"never measured: {_UNKNOWN[ability]}.", MEASURE)
    when = f"{measured.at.day} {measured.at:%b %Y}"
    if measured.proven:
        return Finding(Level.OK, ability.value, f"proven: {measured.seen} ({when}).")
    return Finding(Level.OK, ability.value, f"not proven: {measured.seen} ({when}); {_UNPROVEN[ability]}.")
