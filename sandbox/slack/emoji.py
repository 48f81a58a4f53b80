"""The emoji that this workspace knows by name; Slack has some thousands. The page draws the same ones."""

from __future__ import annotations

EMOJI = {
    "+1": "👍", "thumbsup": "👍", "-1": "👎", "thumbsdown": "👎", "heart": "❤️", "tada": "🎉", "eyes": "👀",
    "art": "🎨", "white_check_mark": "✅", "heavy_check_mark": "✔️", "x": "❌", "warning": "⚠️",
    "hourglass": "⌛", "hourglass_flowing_sand": "⏳", "repeat": "🔁", "arrows_counterclockwise": "🔄",
    "star": "⭐", "email": "✉️", "envelope": "✉️", "bulb": "💡", "moneybag": "💰", "lock": "🔒",
    "rocket": "🚀", "sparkles": "✨", "frame_with_picture": "🖼️", "lower_left_paintbrush": "🖌️",
    "pencil2": "✏️", "no_entry": "⛔", "no_entry_sign": "🚫", "question": "❓", "wave": "👋", "fire": "🔥",
    "raised_hands": "🙌", "thinking_face": "🤔", "smile": "😄", "joy": "😂", "fox_face": "🦊", "camera": "📷",
    "information_source": "ℹ️", "wastebasket": "🗑️", "link": "🔗", "dollar": "💵", "gear": "⚙️",
    "clock1": "🕐", "coffee": "☕", "one": "1️⃣", "two": "2️⃣", "three": "3️⃣", "four": "4️⃣", "ok_hand": "👌",
    "clap": "👏", "pray": "🙏", "100": "💯", "see_no_evil": "🙈", "cry": "😢", "tropical_drink": "🍹",
}  # fmt: skip


def unicode_of(name: str) -> str:
    """Code points as Slack writes them: ``1f389``, or ``2764-fe0f`` for more than one."""
    return "-".join(f"{ord(char):x}" for char in EMOJI[name])
