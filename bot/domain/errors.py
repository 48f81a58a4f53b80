"""The base class of the bot's own errors, and the error that ends the start of the program."""

from __future__ import annotations


class BotError(Exception):
    """Base class of all errors that the bot raises on purpose."""


class SettingsError(BotError):
    """A setting is wrong: the program ends with exit code 2 and one sentence for each wrong setting."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences
