"""The words of an edit: what to change, and what has to stay. Pure."""

from __future__ import annotations

from dataclasses import dataclass

_KEEP, _END = "\nPreserve exactly: ", ".\nChange nothing else."
_ALL = "\nKeep everything else exactly as it is."


@dataclass(frozen=True, slots=True)
class Change:
    """What a person wants changed in a picture. ``keep`` names what must stay as it is; empty: all the
    rest."""

    change: str
    keep: str = ""

    @property
    def prompt(self) -> str:
        """What is sent. It says what stays, because an edit redraws the whole picture (loop reference 8)."""
        kept = self.keep.strip().rstrip(".").rstrip()
        return f"{self.change}{_KEEP}{kept}{_END}" if kept else f"{self.change}{_ALL}"

    @classmethod
    def read(cls, prompt: str) -> Change:
        """The change that ``prompt`` was made from; a prompt of another form is all change."""
        if prompt.endswith(_ALL):
            return cls(prompt.removesuffix(_ALL))
        change, mark, kept = prompt.rpartition(_KEEP)
        if mark and kept.endswith(_END):
            return cls(change, kept.removesuffix(_END))
        return cls(prompt)
