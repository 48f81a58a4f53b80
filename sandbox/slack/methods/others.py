"""api.test, auth.test, apps.*, bots.*, team.*, users.*, usergroups.*, reactions.* and views.*."""

from __future__ import annotations

import re

from sandbox.slack.args import Args
from sandbox.slack.core import Core
from sandbox.slack.emoji import EMOJI
from sandbox.slack.errors import SlackError
from sandbox.slack.paging import page
from sandbox.slack.payloads import bot_profile, message_json, user_json, view_json
from sandbox.slack.workspace import APP_ID, BOT_ID, BOT_USER, Json, Message


async def api_test(core: Core, args: Args) -> Json:  # noqa: ARG001 - every method takes both
    if args.has("error"):
        raise SlackError(args.text("error"), args=args.values)
    return {"args": args.values}


async def auth_test(core: Core, args: Args) -> Json:  # noqa: ARG001
    team = core.workspace.team
    return {
        "url": f"{core.workspace.base_url}/",
        "team": team.name,
        "user": "imagine",
        "team_id": team.id,
        "user_id": BOT_USER,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
        **({"enterprise_id": core.options.enterprise_id} if core.options.enterprise_id else {}),
    }


async def connections_open(core: Core, args: Args) -> Json:  # noqa: ARG001
    base = core.workspace.base_url.replace("http", "ws", 1)
    return {"url": f"{base}/link/?ticket={core.sockets.ticket()}&app_id={APP_ID}"}


async def bots_info(core: Core, args: Args) -> Json:
    if args.text("bot", BOT_ID) != BOT_ID:
        raise SlackError("bot_not_found")
    return {"bot": bot_profile(core.workspace)}


async def team_info(core: Core, args: Args) -> Json:
    team = core.workspace.team
    if args.text("team", team.id) != team.id:
        raise SlackError("team_not_found")
    return {"team": {"id": team.id, "name": team.name, "domain": team.domain, "email_domain": "", "icon": {}}}


async def users_info(core: Core, args: Args) -> Json:
    user = core.workspace.users.get(args.text("user"))
    if user is None:
        raise SlackError("user_not_found")
    return {"user": user_json(user, enterprise_id=core.options.enterprise_id)}


async def users_list(core: Core, args: Args) -> Json:
    """docs users.list: everybody at once without a limit, though Slack may answer ``limit_required``."""
    enterprise_id = core.options.enterprise_id
    everybody = [user_json(user, enterprise_id=enterprise_id) for user in core.workspace.users.values()]
    members, cursor = page(everybody, args, default=len(everybody))
    return {
        "members": members,
        "cache_ts": int(core.clock()),
        "response_metadata": {"next_cursor": cursor},
    }


async def usergroup_users(core: Core, args: Args) -> Json:
    group = core.workspace.groups.get(args.text("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    return {"users": sorted(group[1])}


def _reactable(core: Core, args: Args) -> Message:
    if re.sub(r"::skin-tone-[2-6]$", "", args.text("name")) not in EMOJI:
        raise SlackError("invalid_name")
    if not args.has("channel") or not args.has("timestamp"):
        raise SlackError("no_item_specified")
    channel = core.access.find(args.text("channel"))
    if channel.archived:
        raise SlackError("is_archived")
    if not re.fullmatch(r"\d+\.\d+", args.text("timestamp")):
        raise SlackError("bad_timestamp")
    message = core.workspace.find(channel.id, args.text("timestamp"))
    if message is None:
        raise SlackError("message_not_found")
    return message


async def reactions_add(core: Core, args: Args) -> Json:
    message, name = _reactable(core, args), args.text("name")
    users = message.reactions.setdefault(name, [])
    if BOT_USER in users:
        raise SlackError("already_reacted")
    users.append(BOT_USER)
    core.recorder.changed("reaction", channel=message.channel, ts=message.ts)
    core.events.reacted("reaction_added", message, BOT_USER, name)
    return {}


async def reactions_get(core: Core, args: Args) -> Json:
    """The message with all its reactions (docs: reactions.get); only messages are simulated."""
    if not args.has("channel") or not args.has("timestamp"):
        raise SlackError("no_item_specified")
    channel = core.access.find(args.text("channel"))
    message = core.workspace.find(channel.id, args.text("timestamp"))
    if message is None:
        raise SlackError("message_not_found")
    return {"type": "message", "channel": channel.id, "message": message_json(core.workspace, message)}


async def reactions_remove(core: Core, args: Args) -> Json:
    message, name = _reactable(core, args), args.text("name")
    if BOT_USER not in message.reactions.get(name, []):
        raise SlackError("no_reaction")
    message.reactions[name].remove(BOT_USER)
    if not message.reactions[name]:
        del message.reactions[name]
    core.recorder.changed("reaction", channel=message.channel, ts=message.ts)
    core.events.reacted("reaction_removed", message, BOT_USER, name)
    return {}


async def views_open(core: Core, args: Args) -> Json:
    trigger = core.responses.exchange(args.optional("trigger_id"))
    body = args.structure("view", "invalid_arguments")
    return {"view": view_json(core.workspace, core.views.open(trigger.user, body, place=trigger.place))}


async def views_push(core: Core, args: Args) -> Json:
    trigger = core.responses.exchange(args.optional("trigger_id"))
    body = args.structure("view", "invalid_arguments")
    return {"view": view_json(core.workspace, core.views.push(trigger.user, body))}


async def views_update(core: Core, args: Args) -> Json:
    view = core.views.find(args.optional("view_id"), args.optional("external_id"))
    body = args.structure("view", "invalid_arguments")
    return {"view": view_json(core.workspace, core.views.update(view, body, hash_=args.optional("hash")))}


async def views_publish(core: Core, args: Args) -> Json:
    user = args.text("user_id")
    if user not in core.workspace.users:
        raise SlackError("invalid_arguments", messages=["[ERROR] invalid `user_id`"])
    body = args.structure("view", "invalid_arguments")
    if isinstance(body, dict) and body.get("type") != "home":
        raise SlackError(
            "invalid_arguments", messages=["[ERROR] unsupported type: modal [json-pointer:/view/type]"]
        )
    return {"view": view_json(core.workspace, core.views.publish(user, body, hash_=args.optional("hash")))}
