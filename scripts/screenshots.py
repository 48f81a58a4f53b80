"""``make screenshots``: plays the loop in the demo and writes the pictures of docs/screenshots,
and a short film of it.

Needs Chromium (CHROMIUM=path, or ``chromium`` on the PATH) and Playwright. Lato and Noto Color Emoji, where
they are installed, make the pictures look as people see the page; nothing else depends on them.
"""

from __future__ import annotations

import asyncio
import io
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import Browser, Locator, Page, async_playwright

from app.demo.stage import Stage, stage

OUT = Path(__file__).parents[1] / "docs" / "screenshots"
MOST_BYTES = 290_000
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
DESIGN, GENERAL = "C0DESIGN", "C0GENERAL"
FOX = "a red fox in snow"
LIGHTHOUSE = "a lighthouse at dusk, oil on canvas"
MORE = (
    ("U0CAROL", "a broken vase [fail]"),
    ("U0BOB", "three posters for a jazz night --ar 2:3 --n 3"),
    ("U0CAROL", "an app icon of a kingfisher --quality medium"),
    ("U0OWNER", "a castle in the clouds [moderate]"),
)
DEAR = ("U0ALICE", "a mural of the harbour for the lobby --quality high --n 4 --size 3840x2160")
"""More than is left to a person here: an admin is asked."""

WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
TALL = {"width": 1280, "height": 1240}
FILM = {"width": 900, "height": 830}
QUICK, SLOW = 60.0, 6.0
"""How much faster than the real image API pictures come; slowly enough to be seen while they are drawn."""


async def main() -> int:
    """0 when every picture was written."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        sys.stderr.write("Chromium is missing: apt-get install chromium, or CHROMIUM=path\n")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        settings = {"IMAGINE_CONFIRM_USD": "none", "IMAGINE_BUDGET_USER": "2"}
        async with stage(Path(folder), 0, **settings) as demo, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            await _film(demo, browser)
            await _play(demo)
            await _shoot(demo, browser)
            await browser.close()
    return 0


async def _film(demo: Stage, browser: Browser) -> None:
    """``/imagine``, the sheet, Use 3, "make the sky pink", Finish, typed and pressed as a person does."""
    demo.provider.set_options(speed=SLOW)
    page = await _page(browser, f"{demo.slack_url}/#me=U0ALICE&in={GENERAL}", FILM, "light")
    frames: list[tuple[bytes, float]] = []

    async def frame(seconds: float) -> None:
        frames.append((await _shot(page), seconds))

    composer, reply = page.locator("#composer"), page.locator("#thread-composer")
    await composer.fill(f"/imagine {FOX}")
    await frame(1.5)
    await composer.press("Enter")
    await _button(page, "Cancel").wait_for()
    await frame(1.2)
    await _button(page, "Use picture 3").wait_for()
    await _quiet(demo)
    await frame(2.0)
    await _button(page, "Use picture 3").click()
    root = (await _roots(demo, GENERAL))[-1]
    await page.goto(f"{demo.slack_url}/#me=U0ALICE&in={GENERAL}&thread={root['ts']}")
    await _button(page, "Finish").wait_for()
    await frame(1.8)
    await reply.fill("@Imagine make the sky pink")
    await frame(1.5)
    await reply.press("Enter")
    await _button(page, "Cancel").wait_for()
    await frame(1.2)
    await _quiet(demo)
    await frame(2.0)
    demo.provider.set_options(speed=QUICK)
    await page.get_by_label("Messages of the thread").get_by_role("button", name="Finish").last.click()
    await _button(page, "4K").wait_for()
    await _quiet(demo)
    await frame(2.0)
    await _save_film(frames)


def _button(page: Page, name: str) -> Locator:
    return page.locator(".message").get_by_role("button", name=name).last


async def _play(demo: Stage) -> None:
    """Asks that are drawn, some that fail, one that is over budget, and some talk."""
    slack = demo.slack
    await slack.message("U0OWNER", DESIGN, "Morning! We need a picture for the newsletter.")
    await slack.command("U0ALICE", DESIGN, LIGHTHOUSE)
    await _quiet(demo)
    root = (await _roots(demo, DESIGN))[-1]
    await slack.reaction("U0BOB", DESIGN, root["ts"], "tada")
    await slack.message("U0BOB", DESIGN, "The second one! That light.", thread_ts=root["ts"])
    await slack.action("U0ALICE", DESIGN, root["ts"], "use_2")
    await slack.action("U0ALICE", DESIGN, (await _newest(demo, root, "pic_finish"))["ts"], "pic_finish")
    await _quiet(demo)
    for user, text in MORE:
        await slack.command(user, GENERAL, text)
    await _quiet(demo)
    await slack.command(DEAR[0], GENERAL, DEAR[1])
    refusal = next(m for m in await slack.transcript(GENERAL) if "draft_ask" in str(m["blocks"]))
    await slack.action(DEAR[0], GENERAL, refusal["ts"], "draft_ask")
    await asyncio.sleep(1)


async def _roots(demo: Stage, channel: str) -> list[dict[str, Any]]:
    """The bot's messages that begin threads, oldest first."""
    messages = await demo.slack.messages(channel)
    return [m for m in messages if m["bot_id"] and m["blocks"] and m["thread_ts"] in (None, m["ts"])]


async def _newest(demo: Stage, root: dict[str, Any], action_id: str) -> dict[str, Any]:
    """The newest message of a thread that has this button, once there is one."""
    async with asyncio.timeout(60):
        while True:
            for message in reversed(await demo.slack.messages(root["channel"])):
                if message["thread_ts"] == root["ts"] and action_id in str(message["blocks"]):
                    return message
            await asyncio.sleep(0.2)


async def _quiet(demo: Stage) -> None:
    """Until every job has ended and every picture is in its thread."""
    over = {"failed", "cancelled", "unknown", "timed_out"}
    async with asyncio.timeout(60):
        while True:
            rows = await demo.records.jobs()
            if all(row["status"] in over or row["delivery"] == "delivered" for row in rows):
                break
            await asyncio.sleep(0.2)
    await demo.slack.settle()
    await asyncio.sleep(1.5)  # the status message follows the delivery


async def _shoot(demo: Stage, browser: Browser) -> None:
    fox, lighthouse = (await _roots(demo, GENERAL))[0], (await _roots(demo, DESIGN))[0]
    general, design = (f"{demo.slack_url}/#me=U0ALICE&in={channel}" for channel in (GENERAL, DESIGN))
    loop, thread = f"{design}&thread={lighthouse['ts']}", f"{general}&thread={fox['ts']}"
    page = await _page(browser, loop, TALL, "light")
    await _save(page, "loop")
    await page.get_by_role("button", name="Developer panel").click()
    await page.get_by_role("tab", name="Jobs").click()
    await page.locator("table.data tbody tr").nth(1).wait_for()
    await page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    await _save(page, "developer")
    await _save(await _page(browser, thread, TALL, "light"), "thread")
    await _save(await _page(browser, thread, TALL, "dark"), "thread-dark")
    await _save(await _page(browser, design, PHONE, "light"), "phone")
    page = await _page(browser, loop, WIDE, "light")
    await page.get_by_label("Messages of the thread").get_by_role("button", name="Edit").last.click()
    await page.locator("dialog.modal").get_by_label("Change", exact=True).fill("make it a foggy morning")
    await asyncio.sleep(1)  # the price follows
    await _save(page, "form")
    await _save(await _page(browser, f"{demo.slack_url}/#me=U0CAROL&in=home", TALL, "light"), "home")


async def _page(browser: Browser, url: str, size: dict[str, int], scheme: str) -> Page:
    context = await browser.new_context(viewport=size, color_scheme=scheme, locale="en-GB")  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(url)
    await page.wait_for_selector("html[data-ready]")
    await page.locator("img").evaluate_all(
        "all => Promise.all(all.map((one) => one.decode().catch(() => {})))"
    )
    await asyncio.sleep(0.3)
    return page


async def _shot(page: Page) -> bytes:
    await page.mouse.move(1, 1)
    await asyncio.sleep(0.4)
    return await page.screenshot()


async def _save(page: Page, name: str) -> None:
    """A PNG; with a palette where it would be heavy."""
    data = await _shot(page)
    if len(data) > MOST_BYTES:
        out = io.BytesIO()
        with Image.open(io.BytesIO(data)) as shot:
            shot.convert("RGB").quantize(256, dither=Image.Dither.FLOYDSTEINBERG).save(
                out, "PNG", optimize=True
            )
        data = out.getvalue()
    await _write(f"{name}.png", data)


async def _save_film(frames: list[tuple[bytes, float]]) -> None:
    """A GIF that repeats for ever. Each frame has a palette of its own."""
    pictures = [
        Image.open(io.BytesIO(data)).convert("RGB").quantize(256, dither=Image.Dither.NONE)
        for data, _ in frames
    ]
    out = io.BytesIO()
    pictures[0].save(
        out, "GIF", save_all=True, append_images=pictures[1:], loop=0, optimize=True,
        duration=[round(seconds * 1000) for _, seconds in frames],
    )  # fmt: skip
    await _write("loop.gif", out.getvalue())


async def _write(name: str, data: bytes) -> None:
    await asyncio.to_thread(OUT.mkdir, parents=True, exist_ok=True)
    await asyncio.to_thread((OUT / name).write_bytes, data)
    sys.stdout.write(f"{name}: {len(data) // 1000} kB\n")


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
