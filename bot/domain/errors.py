"""The base of all errors that we raise on purpose, and the one that ends the start of the program."""

from __future__ import annotations


class BotError(Exception):
    """Base of all errors that we raise on purpose."""


class SettingsError(BotError):
    """A setting is wrong: the program ends with exit code 2 and one sentence for each wrong setting."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences
