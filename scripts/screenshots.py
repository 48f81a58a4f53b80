"""``make screenshots``: plays a short scene in the demo and writes the pictures of docs/screenshots.

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

from PIL import Image
from playwright.async_api import Browser, Page, async_playwright

from app.demo.stage import Stage, stage

OUT = Path(__file__).parents[1] / "docs" / "screenshots"
MOST_BYTES = 290_000
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
ASKS = (
    ("U0BOB", "a fox in the snow, woodcut --quality low"),
    ("U0ALICE", "a lighthouse at dusk, oil on canvas --ar 3:2 --quality low"),
)
MORE = (
    ("U0CAROL", "a broken vase [fail] --quality low"),
    ("U0BOB", "three posters for a jazz night --ar 2:3 --n 3 --quality low"),
    ("U0CAROL", "an app icon of a kingfisher --quality medium"),
    ("U0OWNER", "a castle in the clouds [moderate] --quality low"),
)
DEAR = ("U0ALICE", "a mural of the harbour for the lobby --quality high --n 4 --size 3840x2160")
"""More than is left to a person here: an admin is asked."""

WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
TALL = {"width": 1280, "height": 1240}


async def main() -> int:
    """0 when every picture was written."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        sys.stderr.write("Chromium is missing: apt-get install chromium, or CHROMIUM=path\n")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        settings = {"IMAGINE_CONFIRM_USD": "none", "IMAGINE_BUDGET_USER": "2"}
        async with stage(Path(folder), 0, **settings) as demo, async_playwright() as playwright:
            demo.provider.set_options(speed=60.0)
            await _play(demo)
            browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            await _shoot(demo, browser)
            await browser.close()
    return 0


async def _play(demo: Stage) -> None:
    """Asks that are drawn, some that fail, one that is over budget, and some talk."""
    await demo.slack.message("U0OWNER", "C0DESIGN", "Morning! We need a picture for the newsletter.")
    for user, text in ASKS:
        await demo.slack.command(user, "C0DESIGN", text)
        await _quiet(demo)
    root = next(m for m in reversed(await demo.slack.messages("C0DESIGN")) if m["blocks"] and m["bot_id"])
    thread = root["thread_ts"] or root["ts"]
    await demo.slack.reaction("U0BOB", "C0DESIGN", thread, "tada")
    await demo.slack.message("U0BOB", "C0DESIGN", "That light! This one, @alice?", thread_ts=thread)
    await demo.slack.message("U0ALICE", "C0DESIGN", "Yes. On the cover it goes.", thread_ts=thread)
    for user, text in MORE:
        await demo.slack.command(user, "C0GENERAL", text)
    await _quiet(demo)
    await demo.slack.command(DEAR[0], "C0GENERAL", DEAR[1])
    refusal = next(m for m in await demo.slack.transcript("C0GENERAL") if "draft_ask" in str(m["blocks"]))
    await demo.slack.action(DEAR[0], "C0GENERAL", refusal["ts"], "draft_ask")
    await asyncio.sleep(1)


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
    root = next(m for m in await demo.slack.messages("C0DESIGN") if "lighthouse" in m["text"])
    here = f"{demo.slack_url}/#me=U0ALICE&in=C0DESIGN"
    thread = f"{here}&thread={root['ts']}"
    page = await _page(browser, thread, WIDE, "light")
    await _save(page, "thread")
    await page.get_by_role("button", name="Developer panel").click()
    await page.get_by_role("tab", name="Jobs").click()
    await page.locator("table.data tbody tr").nth(1).wait_for()
    await _save(page, "developer")
    await _save(await _page(browser, thread, WIDE, "dark"), "thread-dark")
    await _save(await _page(browser, thread, PHONE, "light"), "phone")
    page = await _page(browser, here, WIDE, "light")
    await (
        page.locator(".message")
        .filter(has_text="lighthouse")
        .get_by_role("button", name="Edit")
        .first.click()
    )
    await page.locator("dialog.modal").get_by_label("Change", exact=True).fill("make it a foggy morning")
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


async def _save(page: Page, name: str) -> None:
    """A PNG; with a palette where it would be heavy."""
    await page.mouse.move(1, 1)
    await asyncio.sleep(0.2)
    data = await page.screenshot()
    path = OUT / f"{name}.png"
    if len(data) > MOST_BYTES:
        out = io.BytesIO()
        with Image.open(io.BytesIO(data)) as shot:
            shot.convert("RGB").quantize(256, dither=Image.Dither.FLOYDSTEINBERG).save(
                out, "PNG", optimize=True
            )
        data = out.getvalue()
    await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True)
    await asyncio.to_thread(path.write_bytes, data)
    sys.stdout.write(f"{path.name}: {len(data) // 1000} kB\n")


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
