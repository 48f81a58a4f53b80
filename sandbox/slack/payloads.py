"""The JSON shapes of Slack's objects: messages, files, channels, users, as methods and events show them."""

from __future__ import annotations

from typing import Any

from sandbox.slack.workspace import (
    APP_ID,
    BOT_ID,
    BOT_USER,
    TEAM_ID,
    Channel,
    File,
    Json,
    Message,
    User,
    View,
    Workspace,
)

PRETTY = {"png": "PNG", "jpg": "JPEG", "gif": "GIF", "webp": "WebP", "heic": "HEIC", "pdf": "PDF"}


def _clean(value: Json) -> Json:
    return {key: item for key, item in value.items() if item is not None}


def message_json(workspace: Workspace, message: Message, *, metadata: bool = False) -> Json:
    """A message as conversations.history shows it; metadata only when asked for (docs: message metadata)."""
    body = _clean(
        {
            "type": "message",
            "subtype": message.subtype,
            "user": message.user,
            "text": message.text,
            "ts": message.ts,
            "team": workspace.team.id,
            "client_msg_id": message.client_msg_id,
            "bot_id": message.bot_id,
            "app_id": APP_ID if message.bot_id else None,
            "bot_profile": bot_profile(workspace) if message.bot_id else None,
            "thread_ts": message.thread_ts,
            "edited": message.edited,
        }
    )
    if message.blocks:
        body["blocks"] = message.blocks
    if message.attachments:
        body["attachments"] = message.attachments
    if message.files:
        body["files"] = [file_json(workspace, workspace.files[f]) for f in message.files]
        body |= {"upload": False, "display_as_bot": False}
    if message.reactions:
        body["reactions"] = [
            {"name": name, "users": users, "count": len(users)} for name, users in message.reactions.items()
        ]
    if metadata and message.metadata:
        body["metadata"] = message.metadata
    return body | _thread_json(workspace, message)


def _thread_json(workspace: Workspace, message: Message) -> Json:
    if message.thread_ts and message.thread_ts != message.ts:
        parent = workspace.find(message.channel, message.thread_ts)
        return {"parent_user_id": parent.user} if parent else {}
    replies = workspace.replies(message.channel, message.ts)
    if not replies:
        return {}
    users = list(dict.fromkeys(reply.user for reply in replies))
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users_count": len(users),
        "reply_users": users,
        "latest_reply": replies[-1].ts,
        "is_locked": False,
        "subscribed": False,
    }


def bot_profile(workspace: Workspace) -> Json:
    return {
        "id": BOT_ID,
        "app_id": APP_ID,
        "user_id": BOT_USER,
        "name": "Imagine",
        "deleted": False,
        "updated": 1,
        "team_id": workspace.team.id,
    }


def file_json(workspace: Workspace, file: File) -> Json:
    """A file object (docs: objects/file-object), with all the ways in which it can be incomplete."""
    if file.deleted or file.mode == "tombstone":
        return {"id": file.id, "mode": "tombstone"}
    if file.mode == "hidden_by_limit":
        return {"id": file.id, "mode": "hidden_by_limit", "date_delete": 0}
    if file.access:
        return {"id": file.id, "mode": "file_access", "file_access": file.access}
    return _clean(_file_head(workspace, file) | _file_places(workspace, file))


def full_file_json(workspace: Workspace, file: File) -> Json:
    """What files.info says: a file behind ``check_file_info`` is complete here (docs: apis/slack-connect)."""
    if not file.access:
        return file_json(workspace, file)
    return _clean(_file_head(workspace, file) | _file_places(workspace, file))


def _file_head(workspace: Workspace, file: File) -> Json:
    private = file.external_url or f"{workspace.base_url}/files-pri/{workspace.team.id}-{file.id}/{file.name}"
    download = f"{workspace.base_url}/files-pri/{workspace.team.id}-{file.id}/download/{file.name}"
    external = file.external_url is not None
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title,
        "mimetype": file.mimetype,
        "filetype": file.filetype,
        "pretty_type": PRETTY.get(file.filetype, file.filetype.upper()),
        "user": file.user,
        "user_team": workspace.team.id,
        "editable": False,
        "media_display_type": "video" if file.mimetype.startswith("video/") else "unknown",
        "size": file.size_shown if file.size_shown is not None else len(file.data),
        "mode": file.mode,
        "is_external": external,
        "external_type": "gdrive" if external else "",
        "is_public": any(channel.startswith("C") for channel in file.shares),
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": private,
        "url_private_download": download if file.download_url and not external else None,
        "permalink": f"{workspace.base_url}/files/{file.user}/{file.id}/{file.name}",
        "permalink_public": None
        if external
        else f"{workspace.base_url}/public/{workspace.team.id}-{file.id}",
        "is_starred": False,
        "has_rich_preview": False,
        "file_access": "visible",
        "alt_txt": file.alt_txt,
        **_thumbnails(workspace, file),
    }


def _thumbnails(workspace: Workspace, file: File) -> Json:
    if not (file.ready and file.width):
        return {}
    stem = f"{workspace.base_url}/files-tmb/{workspace.team.id}-{file.id}-thumb/{file.name.rsplit('.', 1)[0]}"
    body: Json = {"original_w": file.width, "original_h": file.height}
    for edge in (64, 80, 160):
        body[f"thumb_{edge}"] = f"{stem}_{edge}.png"
    for edge in (360, 480, 720, 960, 1024):
        if edge > 360 and max(file.width, file.height) < edge:
            continue
        scale = min(1.0, edge / max(file.width, file.height))
        body[f"thumb_{edge}"] = f"{stem}_{edge}.png"
        body[f"thumb_{edge}_w"] = max(1, round(file.width * scale))
        body[f"thumb_{edge}_h"] = max(1, round(file.height * scale))
    return body


def _file_places(workspace: Workspace, file: File) -> Json:
    shares: Json = {}
    places: dict[str, list[str]] = {"channels": [], "groups": [], "ims": []}
    for identifier, entries in file.shares.items():
        kind = workspace.channels[identifier].kind
        shares.setdefault("public" if kind == "channel" else "private", {})[identifier] = entries
        places[{"channel": "channels", "group": "groups"}.get(kind, "ims")].append(identifier)
    return {**places, "shares": shares, "comments_count": 0}


def channel_json(workspace: Workspace, channel: Channel) -> Json:
    body: Json = {
        "id": channel.id,
        "created": 1_700_000_000,
        "is_archived": channel.archived,
        "is_channel": channel.kind == "channel",
        "is_group": channel.kind == "group",
        "is_im": channel.kind == "im",
        "is_mpim": channel.kind == "mpim",
        "is_private": channel.private,
        "is_org_shared": False,
        "context_team_id": workspace.team.id,
    }
    if channel.kind == "im":
        other = next(iter(channel.members - {BOT_USER}))
        return body | {"user": other, "is_open": True}
    return body | {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_general": channel.name == "general",
        "is_member": BOT_USER in channel.members,
        "is_shared": False,
        "is_ext_shared": False,
        "creator": "U0OWNER",
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


def user_json(user: User, *, enterprise_id: str | None = None) -> Json:
    """A person as users.info shows them, in an organisation with the workspaces that they belong to (docs:
    objects/user-object)."""
    teams = list(user.teams) or ([TEAM_ID] if user.team_id == TEAM_ID else [])
    belongs = {
        "id": user.id,
        "enterprise_id": enterprise_id,
        "enterprise_name": "Sandbox Group",
        "is_admin": False,
        "is_owner": False,
        "teams": teams,
    }
    return {
        **({"enterprise_user": belongs} if enterprise_id and teams else {}),
        "id": user.id,
        "team_id": user.team_id,
        "name": user.name,
        "real_name": user.real_name,
        "deleted": user.deleted,
        "tz": "Etc/UTC",
        "tz_label": "Coordinated Universal Time",
        "tz_offset": 0,
        "profile": {"real_name": user.real_name, "display_name": user.name, "team": user.team_id},
        "is_admin": user.is_admin,
        "is_owner": user.is_owner,
        "is_primary_owner": user.is_owner,
        "is_restricted": user.is_restricted,
        "is_ultra_restricted": False,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": 1_700_000_000,
    }


def view_json(workspace: Workspace, view: View, *, values: dict[str, Any] | None = None) -> Json:
    """A view with what Slack adds: ids, hash, state."""
    return {
        "id": view.id,
        "team_id": workspace.team.id,
        "callback_id": "",
        "private_metadata": "",
        "clear_on_close": False,
        "notify_on_close": False,
        "close": None,
        "submit": None,
        **view.body,
        "state": {"values": view.values if values is None else values},
        "hash": view.hash,
        "previous_view_id": view.previous,
        "root_view_id": view.root,
        "app_id": APP_ID,
        "external_id": view.external_id,
        "app_installed_team_id": workspace.team.id,
        "bot_id": BOT_ID,
    }
