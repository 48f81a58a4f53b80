"""A person at the page: what they do with hands and eyes."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import httpx
from PIL import Image

from bot.demo import Stage

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def picture(colour: str = "teal") -> bytes:
    """A small PNG."""
    out = io.BytesIO()
    Image.new("RGB", (320, 200), colour).save(out, "PNG")
    return out.getvalue()


class Desk:
    """One page, used by one person."""

    def __init__(self, page: Page, demo: Stage, user: str) -> None:
        self.page = page
        self.demo = demo
        self.user = user
        self.problems: list[str] = []
        page.on("pageerror", lambda error: self.problems.append(f"error: {error}"))
        page.on("console", self._console)

    def _console(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self.problems.append(f"{message.type}: {message.text}")

    async def open(self, place: str) -> None:
        await self.page.goto(f"{self.demo.slack_url}/#me={self.user}&in={place}")
        await self.page.wait_for_selector("html[data-ready]")

    async def type(self, text: str, *, composer: str = "composer") -> None:
        """Write into a composer and send."""
        field = self.page.locator(f"#{composer}")
        await field.fill(text)
        await field.press("Enter")

    def message(self, text: str) -> Locator:
        """The newest message in the conversation that shows this text."""
        return self.page.locator("#main .message").filter(has_text=text).last

    async def sees(self, text: str, *, within: str = "#main") -> None:
        await self.page.locator(within).get_by_text(text).last.wait_for()

    async def thread_of(self, text: str) -> Locator:
        """Open the thread below a message; returns the pane."""
        await self.message(text).locator(".thread-bar").click()
        pane = self.page.locator("#thread")
        await pane.wait_for()
        return pane

    async def widths(self, where: Locator) -> list[int]:
        """Natural widths of all pictures there, once they have loaded."""
        found: list[int] = await where.locator(".picture img").evaluate_all(
            "all => Promise.all(all.map(async (one) => { await one.decode(); return one.naturalWidth; }))"
        )
        return found

    async def settled(self) -> None:
        """No control waits for the app any more."""
        await self.page.locator("[aria-busy]").first.wait_for(state="detached")

    async def api(self, method: str, **arguments: Any) -> Json:
        """A Web API call with the bot's token, for messages that the bot does not send (yet)."""
        async with httpx.AsyncClient(base_url=self.demo.slack_url) as http:
            token = {"Authorization": "Bearer xoxb-sandbox"}
            answer: Json = (await http.post(f"/api/{method}", json=arguments, headers=token)).json()
        assert answer["ok"], answer
        return answer

    async def delivered(self, what: str) -> list[Json]:
        """Deliveries to the bot whose subject is this."""
        return [record for record in await self.demo.slack.deliveries() if record["what"] == what]
