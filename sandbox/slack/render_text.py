"""A thread as plain text, for terminals and logs: names, flattened blocks, files, who sees what."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from typing import Any

Json = Mapping[str, Any]


def render(records: Sequence[Json], names: Mapping[str, str] | None = None) -> str:
    """Transcript records as text: threads stay together, replies are indented."""
    names = names or {}
    roots = [r for r in records if not r.get("thread_ts") or r["thread_ts"] == r["ts"]]
    known = {root["ts"] for root in roots}
    lines: list[str] = []
    for record in [*roots, *(r for r in records if r.get("thread_ts") and r["thread_ts"] not in known)]:
        lines += _record(record, names, indent="")
        for reply in records:
            if reply.get("thread_ts") == record["ts"] and reply["ts"] != record["ts"]:
                lines += _record(reply, names, indent="    ")
    return "\n".join(lines)


def flatten(blocks: Sequence[Json]) -> str:
    """Blocks as readable lines; buttons in brackets, pictures by their alternative text."""
    return "\n".join(line for block in blocks for line in [_block(block)] if line)


def _record(record: Json, names: Mapping[str, str], *, indent: str) -> list[str]:
    who = names.get(str(record.get("user")), str(record.get("user") or "Slack"))
    if record.get("bot_id"):
        who += " (app)"
    if record.get("ephemeral_for"):
        reader = names.get(str(record["ephemeral_for"]), str(record["ephemeral_for"]))
        who = f"only visible to {reader}" + (", from Slack" if record.get("note") else "")
    body = flatten(record.get("blocks") or []) or _plain(str(record.get("text", "")))
    lines = [
        f"{who}: {line}" if not number else f"    {line}" for number, line in enumerate(body.splitlines())
    ]
    lines = lines or [f"{who}:"]
    lines += [f"    {_file(file)}" for file in record.get("files") or []]
    if record.get("reactions"):
        lines.append(
            "    " + " ".join(f":{name}: {len(users)}" for name, users in record["reactions"].items())
        )
    if record.get("edited"):
        lines[-1] += " (edited)"
    return [indent + line for line in lines]


def _file(file: Json) -> str:
    size = f"{file['width']}x{file['height']} " if file.get("width") else ""
    kilobytes = max(1, round(int(file.get("size", 0)) / 1024))
    return f"[file {file['name']} {size}{file.get('mimetype') or 'unknown'} {kilobytes} kB]"


def _block(block: Json) -> str:
    kind = block.get("type")
    if kind == "divider":
        return "----"
    if kind == "image":
        title = _text(block.get("title"))
        return f"[picture {title or block.get('alt_text', '')}]"
    if kind == "section":
        parts = [_text(block.get("text")), *(_text(field) for field in block.get("fields") or [])]
        accessory = _element(block["accessory"]) if block.get("accessory") else ""
        return "\n".join(part for part in [*parts, accessory] if part)
    if kind in {"header", "markdown", "alert"}:
        return _text(block.get("text"))
    if kind in {"context", "actions", "context_actions"}:
        return "  ".join(_element(element) for element in block.get("elements") or [])
    if kind == "rich_text":
        return "\n".join(_rich(element) for element in block.get("elements") or [])
    if kind == "input":
        return f"{_text(block.get('label'))}: ____"
    return f"[{kind}]"


def _element(element: Json) -> str:
    kind = element.get("type")
    if kind in {"mrkdwn", "plain_text"}:
        return _text(element)
    if kind == "button":
        return f"[{_text(element.get('text'))}]"
    if kind == "image":
        return f"[picture {element.get('alt_text', '')}]"
    return f"[{_text(element.get('placeholder')) or kind}]"


def _text(node: Any) -> str:
    if isinstance(node, Mapping):
        text = str(node.get("text", ""))
        return _plain(text) if node.get("type") == "mrkdwn" else text
    return str(node or "")


def _plain(text: str) -> str:
    """mrkdwn without its angle brackets and entities."""
    text = re.sub(r"<([^<>|]+)\|([^<>]+)>", r"\2", text)
    text = re.sub(r"<([@#!]?)([^<>]+)>", lambda match: match[1].replace("!", "@") + match[2], text)
    return html.unescape(text)


def _rich(node: Json) -> str:
    kind = node.get("type")
    if kind == "text":
        return str(node.get("text", ""))
    if kind == "user":
        return f"@{node.get('user_id')}"
    if kind == "broadcast":
        return f"@{node.get('range')}"
    if kind == "channel":
        return f"#{node.get('channel_id')}"
    if kind == "link":
        return str(node.get("text") or node.get("url", ""))
    if kind == "emoji":
        return f":{node.get('name')}:"
    inner = [_rich(element) for element in node.get("elements") or []]
    return "\n".join(f"• {line}" for line in inner) if kind == "rich_text_list" else "".join(inner)
