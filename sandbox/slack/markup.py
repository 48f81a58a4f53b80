"""Slack's text: what people type becomes what events carry, and whom a text would notify.

Facts: docs messaging/formatting-message-text; ``verbatim`` in composition objects; chat.update's ``parse``.
Where Slack is silent the stricter reading is taken: a possible notification counts as one.
"""

from __future__ import annotations

import re
from typing import Any

from sandbox.slack.emoji import EMOJI, unicode_of
from sandbox.slack.workspace import Json, Workspace

_SEQUENCE = re.compile(
    r"<(?:@(?P<user>[UW][A-Z0-9]*)|!(?P<all>here|channel|everyone|group)|!subteam\^(?P<group>S[A-Z0-9]*))(?:\|[^<>]*)?>"
)
_BARE = re.compile(r"(?<![\w@])@(here|channel|everyone)\b")
_HANDLE = re.compile(r"(?<![\w@<])@([a-z0-9][a-z0-9._-]*)")
_TYPED = re.compile(
    r"(?P<kept><(?:@[UW]|\#[CG]|!)[^<>\n]*>)"
    r"|(?P<url>https?://[^\s<>|]+)"
    r"|(?<![\w@])@(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)"
    r"|(?<![\w#])\#(?P<channel>[a-z0-9][a-z0-9_-]*)"
    rf"|:(?P<emoji>{'|'.join(map(re.escape, EMOJI))}):"
)


def escape(text: str) -> str:
    """The three characters that Slack escapes, and no others."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def pings_in(text: str, *, bare: bool, groups: dict[str, str]) -> list[str]:
    """Whom this text notifies; ``bare`` when names without angle brackets are looked for too."""
    found: list[str] = []
    for match in _SEQUENCE.finditer(text):
        found.append(match["user"] or match["group"] or match["all"].replace("group", "channel"))
    if bare:
        found += _BARE.findall(text)
        found += [groups[name] for name in _HANDLE.findall(text) if name in groups]
    return found


def pings_of_message(
    text: str,
    blocks: list[Json],
    attachments: list[Json],
    *,
    parse: str,
    link_names: bool,
    groups: dict[str, str],
) -> list[str]:
    """Everyone a message would notify: ids of people and groups, or here, channel, everyone; each once."""
    bare = link_names or parse in {"full", "client"}
    found = pings_in(text, bare=bare, groups=groups)
    for part in (blocks, attachments):
        found += pings_in_blocks(part, groups=groups)
    return sorted(set(found))


def pings_in_blocks(node: Any, *, groups: dict[str, str]) -> list[str]:
    """Walk blocks: mrkdwn and markdown text is parsed, plain_text is not, rich text names people outright."""
    if isinstance(node, list):
        return [ping for item in node for ping in pings_in_blocks(item, groups=groups)]
    if not isinstance(node, dict):
        return []
    kind = node.get("type")
    if kind == "plain_text":
        return []
    if kind == "mrkdwn":
        return pings_in(str(node.get("text", "")), bare=not node.get("verbatim", False), groups=groups)
    if kind == "user" and "user_id" in node:
        return [str(node["user_id"])]
    if kind == "usergroup" and "usergroup_id" in node:
        return [str(node["usergroup_id"])]
    if kind == "broadcast":
        return [str(node.get("range", "channel"))]
    if kind == "text":
        return []
    found = [ping for value in node.values() for ping in pings_in_blocks(value, groups=groups)]
    loose = [node.get(key) for key in ("text", "pretext", "fallback")] if kind in {None, "markdown"} else []
    for value in loose:
        if isinstance(value, str):
            found += pings_in(value, bare=True, groups=groups)
    return found


def from_keyboard(text: str, workspace: Workspace) -> tuple[str, list[Json]]:
    """What Slack stores when a person types this: escaped text with ids, and a rich_text block."""
    out: list[str] = []
    elements: list[Json] = []

    def plain(part: str) -> None:
        if part:
            out.append(escape(part))
            elements.append({"type": "text", "text": part})

    position = 0
    for match in _TYPED.finditer(text):
        resolved = _resolve(match, workspace)
        if resolved is None:
            continue
        plain(text[position : match.start()])
        out.append(resolved[0])
        elements.append(resolved[1])
        position = match.start() + resolved[2]
    plain(text[position:])
    section = {"type": "rich_text_section", "elements": elements}
    blocks = (
        [{"type": "rich_text", "block_id": workspace.token("", 5), "elements": [section]}] if elements else []
    )
    return "".join(out), blocks


def _resolve(match: re.Match[str], workspace: Workspace) -> tuple[str, Json, int] | None:
    """Stored text, rich text element, and how many typed characters they stand for."""
    if match["url"]:
        url = match["url"].rstrip(".,;:!?)\"'")
        return f"<{escape(url)}>", {"type": "link", "url": url}, len(url)
    if match["emoji"]:
        name = match["emoji"]
        return match[0], {"type": "emoji", "name": name, "unicode": unicode_of(name)}, len(match[0])
    found = _resolve_kept(match["kept"]) if match["kept"] else _resolve_name(match, workspace)
    return (*found, len(match[0])) if found else None


def _resolve_name(match: re.Match[str], workspace: Workspace) -> tuple[str, Json] | None:
    if match["channel"]:
        channel = workspace.by_name(match["channel"])
        if channel is None:
            return None
        return f"<#{channel.id}|{channel.name}>", {"type": "channel", "channel_id": channel.id}
    name = match["name"].lower()
    if name in {"here", "channel", "everyone"}:
        return f"<!{name}>", {"type": "broadcast", "range": name}
    user = next((u for u in workspace.users.values() if u.name == name), None)
    if user is not None:
        return f"<@{user.id}>", {"type": "user", "user_id": user.id}
    group = next((key for key, (handle, _) in workspace.groups.items() if handle == name), None)
    return (f"<!subteam^{group}>", {"type": "usergroup", "usergroup_id": group}) if group else None


def _resolve_kept(kept: str) -> tuple[str, Json]:
    body = kept[1:-1].split("|", maxsplit=1)[0]
    if body.startswith("@"):
        return kept, {"type": "user", "user_id": body[1:]}
    if body.startswith("#"):
        return kept, {"type": "channel", "channel_id": body[1:]}
    if body.startswith("!subteam^"):
        return kept, {"type": "usergroup", "usergroup_id": body[9:]}
    return kept, {"type": "broadcast", "range": body[1:]}
