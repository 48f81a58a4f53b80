"""Who sees which picture: whoever may see a file may post a block of it; others look at "file not found".

Facts: docs slack-file-object (the poster needs access); Slack's staff in bolt-python#1018 (posting shows a
file to the conversation); bolt-python#1295 (a file swapped in by chat.update was not found).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sandbox.slack.workspace import BOT_USER, File, Json, Workspace


class Visibility:
    """Answers for people; the bot sees its own files and those of its conversations."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def find(self, reference: Json) -> File | None:
        """The file that ``slack_file {id}`` or ``{url}`` names."""
        if "id" in reference:
            return self._workspace.files.get(str(reference["id"]))
        url = str(reference.get("url"))
        files = self._workspace.files.values()
        return next((file for file in files if f"-{file.id}/" in url or f"/{file.id}/" in url), None)

    def sees(self, user: str, file: File) -> bool:
        """Whether this person may open the file: theirs, shared or shown where they are, or in a channel that
        they could open (guests cannot)."""
        if file.deleted:
            return False
        if file.user == user:
            return True
        person = self._workspace.users.get(user)
        guest = person is None or person.is_restricted or person.team_id != self._workspace.team.id
        places = (self._workspace.channels[name] for name in {*file.shares, *file.shown_in})
        return any(user in place.members or (not place.private and not guest) for place in places)

    def show(self, blocks: Any, channel: str) -> None:
        """A new message shows these files to everybody in the conversation."""
        for _, reference in slack_files(blocks):
            file = self.find(reference)
            if file is not None:
                file.shown_in.add(channel)

    def pictures(self, blocks: Any, people: Iterable[str]) -> list[Json]:
        """Every file in these blocks, and which of these people look at "file not found" in its place."""
        viewers = sorted(set(people) - {BOT_USER})
        found = []
        for block_id, reference in slack_files(blocks):
            file = self.find(reference)
            hidden = [user for user in viewers if file is None or not self.sees(user, file)]
            found.append(
                {
                    "block_id": block_id,
                    "file": file.id if file else None,
                    "visible": not hidden,
                    "hidden_from": hidden,
                }
            )
        return found


def slack_files(blocks: Any) -> Iterator[tuple[str, Json]]:
    """(block_id, slack_file) of every picture, in elements and accessories, too."""
    for block in blocks or []:
        if isinstance(block, dict):
            yield from ((str(block.get("block_id", "")), reference) for reference in _references(block))


def _references(node: Any) -> Iterator[Json]:
    if isinstance(node, list):
        for item in node:
            yield from _references(item)
    elif isinstance(node, dict):
        if isinstance(node.get("slack_file"), dict):
            yield node["slack_file"]
        for key, value in node.items():
            if key != "slack_file":
                yield from _references(value)
