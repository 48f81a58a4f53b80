"""Lists among the words: ``a {red,blue} fox in {snow,rain}`` is four descriptions. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from math import prod

_LIST = re.compile(r"(?<![\w)\\])\{([^{}\n\":;=\[\]]*)\}")

NOTHING = "without"
"""The label of a description that took the empty option only."""


@dataclass(frozen=True, slots=True)
class Lists:
    """Words with lists in them: ``texts`` are what stands around the lists, one more than there are
    ``lists``, each with its options."""

    texts: tuple[str, ...]
    lists: tuple[tuple[str, ...], ...] = ()

    @property
    def count(self) -> int:
        """How many descriptions the words are; 1 without a list. It may be far too large to make them all."""
        return prod(len(options) for options in self.lists)

    def descriptions(self) -> Iterator[tuple[str, str]]:
        """Each combination of the options, in the order of reading, so that the last list turns fastest: what
        was chosen, as a label (``red, snow``), and the words with it."""
        for chosen in product(*self.lists):
            pieces = [piece for pair in zip(self.texts, chosen, strict=False) for piece in pair]
            label = ", ".join(option for option in chosen if option)
            yield label or (NOTHING if self.lists else ""), _joined("".join([*pieces, self.texts[-1]]))


def find_lists(words: str) -> Lists:
    """The lists among ``words``. A list has two options with letters at least, of which others may be empty;
    braces around quotes, colons or lines, and behind a word (``frac{a,b}``) are words themselves."""
    texts, lists, end = [], [], 0
    for match in _LIST.finditer(words):
        options = tuple(" ".join(option.split()) for option in match[1].split(","))
        if sum(any(map(str.isalpha, option)) for option in options) > 1:
            texts.append(words[end : match.start()])
            lists.append(options)
            end = match.end()
    return Lists((*texts, words[end:]), tuple(lists))


def _joined(words: str) -> str:
    """Single spaces between the words; line breaks stay."""
    return "\n".join(" ".join(line.split()) for line in words.split("\n")).strip()
