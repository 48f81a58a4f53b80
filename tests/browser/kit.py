"""A person at the page: what they do with hands and eyes."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import httpx
from PIL import Image

from app.demo.stage import Stage
from tests.support.world import eventually

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

    def status(self, prompt: str) -> Locator:
        """The status message of the job with this prompt; prompts are told apart by their words."""
        of_the_app = self.page.locator('#main .message:not(.ephemeral)[aria-label^="Imagine"]')
        return of_the_app.filter(has_text=prompt).last

    async def ends(self, prompt: str, word: str = "1024×1024 · $") -> Locator:
        """Wait until the job with this prompt says how it ended, with pictures or with ``word``; its status
        message."""
        await self.status(prompt).get_by_text(word).first.wait_for(timeout=90_000)
        return self.status(prompt)

    def told(self, words: str) -> Locator:
        """What only this person reads of the job with these words."""
        return self.page.locator("#main .message.ephemeral").filter(has_text=words).last

    async def sees(self, text: str, *, within: str = "#main") -> None:
        await self.page.locator(within).get_by_text(text).last.wait_for()

    async def thread_of(self, prompt: str) -> Locator:
        """Open the thread of the job with this prompt; returns the pane."""
        await self.status(prompt).locator(".thread-bar").click()
        pane = self.page.locator("#thread")
        await pane.wait_for()
        return pane

    async def start_thread(self, text: str) -> None:
        """Say something, and open the thread below it."""
        await self.type(text)
        await self.message(text).hover()
        await self.message(text).get_by_role("button", name="Reply in thread").click()
        await self.page.locator("#thread").wait_for()

    async def attach(self, data: bytes, name: str) -> None:
        """Choose a file for the message that is being written."""
        file = {"name": name, "mimeType": "image/png", "buffer": data}
        await self.page.locator("#main input[type=file]").set_input_files(file)  # type: ignore[arg-type]
        await self.page.locator("#main .chip").get_by_text(name).wait_for()

    async def choose(self, where: Locator, opener: str, item: str) -> None:
        """Open a menu and take an item of it."""
        await where.hover()
        await where.get_by_role("button", name=opener).click()
        await self.page.get_by_role("menuitem", name=item).click()

    async def widths(self, where: Locator) -> list[int]:
        """Natural widths of all pictures there, once they have loaded."""
        found: list[int] = await where.locator(".picture img").evaluate_all(
            "all => Promise.all(all.map(async (one) => { await one.decode(); return one.naturalWidth; }))"
        )
        return found

    async def api(self, method: str, **arguments: Any) -> Json:
        """A Web API call with the bot's token, for messages that the bot does not send (yet)."""
        async with httpx.AsyncClient(base_url=self.demo.slack_url) as http:
            token = {"Authorization": "Bearer xoxb-sandbox"}
            answer: Json = (await http.post(f"/api/{method}", json=arguments, headers=token)).json()
        assert answer["ok"], answer
        return answer

    async def bot_is_back(self, *, starts: int) -> None:
        """Wait until the bot's start of this number is connected; with its last words when it has ended.

        The page's Start is only a request: until it has been carried out, the bot is rightly not running.
        """

        async def connected() -> bool:
            state = self.demo.bot.state()
            if state["starts"] < starts:
                return False
            assert state["running"], "\n".join(self.demo.bot.log()[-30:])
            return bool(await self.demo.slack.connections())

        await eventually(connected, within=90, what="the bot is connected again")

    async def delivered(self, what: str) -> list[Json]:
        """Deliveries to the bot whose subject is this, that it has acknowledged."""
        found = await self.demo.slack.deliveries()
        return [record for record in found if record["what"] == what and record["acked"]]

    async def hears(self, what: str, *, after: int) -> None:
        """Wait until the bot has acknowledged one delivery more than ``after``, and no second one."""

        async def more() -> bool:
            return len(await self.delivered(what)) > after

        await eventually(more, within=60, what=f"{what} reaches the bot")
        assert len(await self.delivered(what)) == after + 1
