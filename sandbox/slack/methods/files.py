"""files.*: the three-step upload and what can be read about a file."""

from __future__ import annotations

from sandbox.slack.args import Args
from sandbox.slack.core import Core
from sandbox.slack.errors import SlackError
from sandbox.slack.payloads import file_json, full_file_json
from sandbox.slack.posting import Draft
from sandbox.slack.workspace import BOT_USER, File, Json


async def get_upload_url(core: Core, args: Args) -> Json:
    file = core.files.reserve(args.text("filename"), args.number("length", 0), args.optional("alt_txt"))
    return {"upload_url": f"{core.workspace.base_url}/upload/v1/{file.ticket}", "file_id": file.id}


async def complete_upload(core: Core, args: Args) -> Json:
    wanted = args.structure("files", "invalid_arguments")
    if not isinstance(wanted, list) or not wanted:
        raise SlackError("invalid_arguments", messages=["[ERROR] must be an array [json-pointer:/files]"])
    target = args.optional("channel_id") or args.optional("channels")
    if target and "," in target:
        core.recorder.violation("files.completeUploadExternal", "channels", "one channel only is simulated")
        raise SlackError("invalid_channel")
    channel = core.access.to_share(target) if target else None
    draft = _upload_draft(core, args)
    files = core.files.complete(wanted, channel=channel, thread_ts=args.optional("thread_ts"), draft=draft)
    return {"files": [{"id": f.id, "title": f.title, "created": f.created, "user": f.user} for f in files]}


def _upload_draft(core: Core, args: Args) -> Draft:
    """The message around the files. Beside ``initial_comment`` Slack ignores the blocks (docs:
    files.completeUploadExternal), which no app can want: a violation. A fault named ``upload_blocks`` refuses
    the blocks and takes the same files without them."""
    comment, blocks = args.text("initial_comment"), args.blocks()
    if comment and blocks:
        core.recorder.violation("files.completeUploadExternal", "blocks_ignored", "initial_comment is set")
        blocks = None
    refused = core.faults.refusal("upload_blocks") if blocks else None
    if refused:
        raise SlackError(refused)
    return Draft(text=comment, blocks=blocks, parse="client")


def _visible(core: Core, identifier: str) -> File:
    """A file the bot may know of: its own, or one shared where it is a member."""
    file = core.workspace.files.get(identifier)
    if file is None or not file.completed:
        raise SlackError("file_not_found")
    if file.deleted or file.mode == "tombstone":
        raise SlackError("file_deleted")
    places = [core.workspace.channels[channel] for channel in file.shares]
    if file.user != BOT_USER and not any(BOT_USER in place.members for place in places):
        raise SlackError("file_not_found")
    return file


async def info(core: Core, args: Args) -> Json:
    file = _visible(core, args.text("file"))
    return {
        "file": full_file_json(core.workspace, file),
        "comments": [],
        "response_metadata": {"next_cursor": ""},
    }


async def list_(core: Core, args: Args) -> Json:
    """Newest first, with the old paging."""
    channel, user = args.optional("channel"), args.optional("user")
    found = [
        file for file in core.workspace.files.values()
        if file.completed and not file.deleted
        and (channel is None or channel in file.shares) and (user is None or file.user == user)
        and (file.user == BOT_USER or _member_somewhere(core, file))
    ]  # fmt: skip
    found.sort(key=lambda file: file.created, reverse=True)
    count, page = max(1, args.number("count", 100)), max(1, args.number("page", 1))
    shown = found[(page - 1) * count : page * count]
    pages = -(-len(found) // count)
    return {
        "files": [file_json(core.workspace, file) for file in shown],
        "paging": {"count": count, "total": len(found), "page": page, "pages": pages},
    }


def _member_somewhere(core: Core, file: File) -> bool:
    return any(BOT_USER in core.workspace.channels[channel].members for channel in file.shares)


async def delete(core: Core, args: Args) -> Json:
    file = core.workspace.files.get(args.text("file"))
    if file is None or not file.completed:
        raise SlackError("file_not_found")
    if file.deleted:
        raise SlackError("file_deleted")
    if file.user != BOT_USER:
        raise SlackError("cant_delete_file")
    core.files.delete(file)
    return {}
