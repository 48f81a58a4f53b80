"""For everybody: by keyboard alone, on a phone, in the dark; and closed to other web pages."""

import re
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.async_playwright import Axe

from sandbox.page.site import STATIC
from tests.browser.conftest import Sit
from tests.browser.kit import Desk

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]

NAMELESS = """() => [...document.querySelectorAll('button, input:not([hidden]), select, textarea')]
  .filter((node) => !(node.textContent.trim() || node.ariaLabel || node.labels?.length))
  .map((node) => node.outerHTML)"""


async def test_keyboard_alone_asks_opens_the_thread_and_becomes_somebody_else(sit: Sit) -> None:
    desk = await sit()
    page, keys = desk.page, desk.page.keyboard
    await keys.press("Tab")
    assert await page.evaluate("document.activeElement.className") == "skip"
    await keys.press("Enter")
    await keys.type("/ima")
    await page.locator("[role=option]").first.wait_for()
    await keys.press("Tab")
    await keys.type("a keyboard made of moss --quality low")
    await keys.press("Enter")
    status = await desk.ends("a keyboard made of moss")

    bar = status.locator(".thread-bar")
    await bar.focus()
    await keys.press("Enter")
    await page.locator("#thread .file img").wait_for()
    await page.locator("#thread-composer").focus()
    await keys.press("Escape")
    await page.locator("#thread").wait_for(state="hidden")
    await page.locator(".thread-bar:focus").wait_for()

    await page.get_by_role("button", name="Acting as Alice").focus()
    await keys.press("Enter")
    await keys.press("ArrowDown")
    await keys.press("Enter")
    await page.get_by_role("button", name="Acting as Bob").wait_for()


@pytest.mark.slow
async def test_every_control_has_a_name_and_every_picture_a_text(sit: Sit) -> None:
    desk = await sit()
    await desk.page.get_by_role("button", name="Developer panel").click()
    await desk.page.get_by_text("The next ask will").wait_for()

    nameless = await desk.page.evaluate(NAMELESS)
    assert nameless == []
    assert await desk.page.locator("img:not([alt])").count() == 0


@pytest.mark.slow
async def test_a_phone_shows_one_thing_at_a_time_without_sideways_scrolling(sit: Sit) -> None:
    desk = await sit(viewport={"width": 360, "height": 740}, color_scheme="dark")
    await desk.sees("design")

    async def overflow() -> int:
        return int(await desk.page.evaluate("document.documentElement.scrollWidth - innerWidth"))

    assert await overflow() <= 0
    assert not await desk.page.locator("#sidebar").is_visible()
    await desk.page.get_by_role("button", name="All conversations").click()
    await desk.page.locator("#sidebar").wait_for()
    await desk.page.locator("[data-place=C0GENERAL]").click()
    await desk.page.locator("#composer").wait_for()
    await desk.page.get_by_role("button", name="Developer panel").click()
    await desk.page.get_by_text("The next ask will").wait_for()
    assert await overflow() <= 0


@pytest.mark.parametrize(
    ("scheme", "width"),
    [
        pytest.param("dark", 360),
        pytest.param("light", 1280, marks=pytest.mark.slow),
        pytest.param("light", 360, marks=pytest.mark.slow),
        pytest.param("dark", 1280, marks=pytest.mark.slow),
    ],
)
async def test_axe_finds_nothing_to_mend(sit: Sit, scheme: str, width: int) -> None:
    """axe-core's rules over every part of the page; the policy of the page would keep axe out."""
    look = {"color_scheme": scheme, "viewport": {"width": width, "height": 800}, "reduced_motion": "reduce"}
    desk = await sit("U0BOB", "C0DESIGN", bypass_csp=True, **look)
    page, found = desk.page, {}
    prompt = f"a snail, {scheme}, {width} wide"
    await desk.type(f"/imagine {prompt} --quality low")
    status = await desk.ends(prompt)
    found["messages"] = await _axe(desk)
    await page.locator("#composer").fill("/im")
    await page.locator("[role=option]").first.wait_for()
    found["completion"] = await _axe(desk)
    await page.locator("#composer").fill("")

    await status.get_by_role("button", name="Edit…").click()
    form = page.locator("dialog.modal")
    await form.get_by_role("button", name="Draw").click()
    await form.locator(".error").first.wait_for()
    found["form"] = await _axe(desk)
    await page.keyboard.press("Escape")
    await form.wait_for(state="detached")

    pane = await desk.thread_of(prompt)
    await pane.locator(".file .picture").first.wait_for()
    found["thread"] = await _axe(desk)
    await pane.locator(".file .picture").first.click()
    await page.locator(".lightbox img").wait_for()
    found["lightbox"] = await _axe(desk)
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Close thread").click()

    await page.get_by_role("button", name="Acting as").click()
    found["menu"] = await _axe(desk)
    await page.keyboard.press("Escape")
    await desk.open("home")
    await desk.sees("Your latest pictures")
    found["home"] = await _axe(desk)
    await page.get_by_role("button", name="Developer panel").click()
    for tab in await page.locator("#developer [role=tab]").all():
        await tab.click()
        await page.locator(".developer-body > *").first.wait_for(state="attached")
        found[await tab.inner_text()] = await _axe(desk)

    assert {part: wrong for part, wrong in found.items() if wrong} == {}


@pytest.mark.slow
async def test_a_menu_longer_than_the_window_is_scrolled_by_the_keys(sit: Sit) -> None:
    desk = await sit("U0BOB", "C0GENERAL", bypass_csp=True, viewport={"width": 900, "height": 260})
    await desk.page.get_by_role("button", name="Acting as").click()
    last = desk.page.get_by_role("menuitemradio").last

    assert await _axe(desk) == []
    await desk.page.keyboard.press("End")
    assert await last.evaluate("item => item === document.activeElement")
    box = await last.bounding_box()
    assert box is not None
    assert 0 < box["y"] < box["y"] + box["height"] <= 260
    await desk.page.keyboard.press("Escape")


async def _axe(desk: Desk) -> list[str]:
    """What axe-core would mend, of any impact."""
    answer = (await Axe().run(desk.page)).response["violations"]
    return [f"{rule['impact']}: {rule['help']}: {rule['nodes'][0]['html'][:200]}" for rule in answer]


async def test_other_web_pages_cannot_reach_the_control_api(sit: Sit) -> None:
    desk = await sit()
    async with httpx.AsyncClient(base_url=desk.demo.slack_url) as http:
        foreign = await http.post("/sandbox/bot/kill", headers={"Origin": "https://example.org"})
        rebound = await http.get("/sandbox/users", headers={"Host": "example.org"})
        linked = await http.get("/sandbox/users", headers={"Sec-Fetch-Site": "cross-site"})
        page = await http.get("/")

    assert [foreign.status_code, rebound.status_code, linked.status_code] == [403, 403, 403]
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert desk.demo.bot.state()["running"]


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_text_stands_out_from_what_is_behind_it(theme: str) -> None:
    colours = _theme(theme)
    pairs = [("ink", "bg"), ("soft", "bg"), ("soft", "hover"), ("soft", "sunken"), ("soft", "raised")]
    pairs += [
        ("soft", "private-bg"),
        ("link", "bg"),
        ("link", "hover"),
        ("link", "mention-bg"),
        ("code", "code-bg"),
    ]
    pairs += [
        ("ink", "mention-me"),
        ("ink", "accent-soft"),
        ("primary-ink", "primary"),
        ("danger-ink", "danger"),
    ]
    pairs += [("good", "good-bg"), ("bad", "bad-bg"), ("warn", "warn-bg"), ("bad", "bg"), ("link", "link-bg")]
    pairs += [("side-ink", "side-bg"), ("side-ink", "side-hover"), ("side-strong", "side-on")]

    weak = {pair: round(_contrast(*(colours[name] for name in pair)), 2) for pair in pairs}

    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}


def _theme(theme: str) -> dict[str, str]:
    sheet = Path(STATIC / "base.css").read_text()
    selector = ":root {" if theme == "light" else ':root[data-theme="dark"] {'
    body = sheet.split(selector, 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", body))


def _contrast(one: str, other: str) -> float:
    """docs: WCAG 2.2, relative luminance and contrast ratio."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
