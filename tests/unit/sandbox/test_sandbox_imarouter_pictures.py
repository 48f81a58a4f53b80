"""Sources that are really fetched, masks, and the pictures that come of it."""

from __future__ import annotations

import base64
import hashlib
import io

import pytest
from aiohttp import web
from PIL import Image, ImageChops, ImageStat

from sandbox.imarouter.lettering import font_for, wrap
from sandbox.imarouter.pictures import Sheet, draw
from tests.unit.sandbox.imarouter_kit import EDIT, Kit, fetched, hosting, opened, picture, running


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of two pictures, 0 to 255."""
    return sum(ImageStat.Stat(ImageChops.difference(one, other)).mean) / 3


async def edited(kit: Kit, **body: object) -> Image.Image:
    task = await kit.start(**body)
    await fetched(kit)
    return opened((await kit.http.get((await kit.finished(task))["url"])).content)


async def test_every_task_is_another_picture_and_every_run_the_same_ones() -> None:
    async def run() -> list[bytes]:
        async with running() as kit:
            return [(await kit.made(prompt=text)).content for text in ("fox", "fox", "owl")]

    first = await run()

    assert len(set(first)) == 3
    assert await run() == first


def test_index_and_size_change_the_drawing() -> None:
    sheets = [
        Sheet("fox", index, 2, size, "low", "png") for index in (0, 1) for size in ((1024, 1024), (1024, 768))
    ]

    assert len({draw(sheet) for sheet in sheets}) == 4


def test_a_drawing_has_the_prompt_on_it() -> None:
    drawn = opened(draw(Sheet("WWWWWWWWWWWW", 0, 1, (1024, 1024), "low", "png")))
    colours = drawn.crop((0, 800, 1024, 1024)).getcolors(1 << 24) or []
    white = sum(count for count, colour in colours if colour == (255, 255, 255))

    assert white > 500


@pytest.mark.parametrize(
    "prompt", ["夜の東京", "🦊" * 300, "x" * 4000, "…", "a\nb\tc", "\u202eabc", "line " * 900]
)
@pytest.mark.parametrize("size", [(1024, 1024), (1664, 560), (560, 1664)])
def test_any_prompt_can_be_drawn(prompt: str, size: tuple[int, int]) -> None:
    assert opened(draw(Sheet(prompt, 0, 1, size, "medium", "webp"))).size == size


def test_wrapping_keeps_every_word_or_says_that_it_does_not() -> None:
    font = font_for("a", 20)
    text = "the quick brown fox jumps over the lazy dog"

    assert " ".join(wrap(text, font, 200, 9)) == text
    short = wrap(text * 5, font, 200, 3)
    assert len(short) == 3
    assert short[-1].endswith("…")
    assert all(font.getlength(line) <= 200 for line in short)


async def test_a_link_works_until_and_after_the_end_and_not_before() -> None:
    async with running() as kit:
        task = await kit.start()
        key = kit.provider.gateway.book.tasks[task].link_key(0)
        early = await kit.http.get(f"/results/{key}_0.png")
        url = (await kit.finished(task))["url"]
        unauthorised = await kit.http.get(url, headers={"Authorization": ""})

        assert early.status_code == 404
        assert url.endswith("_0.png")
        assert unauthorised.status_code == 200
        assert (await kit.http.get(url)).content == unauthorised.content
        assert (await kit.http.get(url.replace("_0.", "_1."))).status_code == 404
        assert (await kit.http.get(f"/results/{'0' * 32}_0.png")).status_code == 404


async def test_an_edit_fetches_the_source_without_credentials_and_shows_it_altered() -> None:
    source, seen = picture((1024, 1024), colour="#808080"), list[web.Request]()
    async with hosting({"a.png": source}, seen) as host, running() as kit:
        image = await edited(kit, image=f"{host}/a.png", prompt="make it winter")
        task = kit.provider.tasks()[0]

        assert [request.path for request in seen] == ["/a.png"]
        assert "Authorization" not in seen[0].headers
        assert task["sources"][0]["sha256"] == hashlib.sha256(source).hexdigest()
        assert task["sources"][0]["headers"]["x-proof"] == "yes"
        assert task["sources"][0]["size"] == (1024, 1024)
        assert 5 < difference(image, opened(source)) < 110
        assert task["amount_usd"] == pytest.approx(0.014)


async def test_an_edit_through_the_jobs_dialect_with_several_sources() -> None:
    files = {"a.png": picture(colour="red"), "b.png": picture(colour="blue", fmt="WEBP")}
    async with hosting(files) as host, running() as kit:
        job = await kit.start(EDIT, imageUrls=[f"{host}/a.png", f"{host}/b.png"], imageSize="square_hd")
        await fetched(kit)
        kit.provider.advance(10_000)
        done = await kit.poll(job, "/v1/jobs")

        image = opened((await kit.http.get(done["output"][0]["url"])).content)
        colours = image.getcolors(1 << 24) or []
        assert image.size == (1024, 1024)
        assert any(colour == (0, 0, 255) and count > 1000 for count, colour in colours)


async def test_a_mask_marks_its_transparent_area_and_leaves_the_rest() -> None:
    mask = Image.new("RGBA", (1024, 1024), (0, 0, 0, 255))
    mask.paste((0, 0, 0, 0), (300, 400, 700, 700))
    files = {"a.png": picture((1024, 1024), colour="#808080"), "m.png": _png(mask)}
    async with hosting(files) as host, running() as kit:
        image = await edited(kit, image=f"{host}/a.png", mask=f"{host}/m.png")
        source = opened(files["a.png"])

        inside, outside = (320, 420, 680, 680), (50, 750, 950, 1000)
        assert difference(image.crop(inside), source.crop(inside)) > 15
        assert difference(image.crop(outside), source.crop(outside)) < 1


@pytest.mark.parametrize(
    ("mask", "why"),
    [(picture((640, 480), "RGB"), "alpha"), (picture((320, 240), "RGBA", colour=(0, 0, 0, 0)), "size")],
)
async def test_a_bad_mask_is_refused_at_submit_or_late(mask: bytes, why: str) -> None:
    async with hosting({"a.png": picture(), "m.png": mask}) as host, running() as kit:
        body = {"image": f"{host}/a.png", "mask": f"{host}/m.png"}
        refused = await kit.post(**body)
        kit.provider.set_options(mask_checked="late")
        task = await kit.start(**body)
        await fetched(kit)

        assert refused.status_code == 400
        assert why in refused.text
        assert why in (await kit.finished(task))["error"]["message"]
        assert kit.balance() == 100


async def test_a_data_uri_fails_late_and_obscurely() -> None:
    uri = "data:image/png;base64," + base64.b64encode(picture()).decode()
    async with running() as kit:
        task = await kit.start(image=uri)
        await fetched(kit)
        data = await kit.finished(task)

        assert data["status"] == "failed"
        assert "argument list too long" in data["error"]["message"]
        assert kit.balance() == 100


@pytest.mark.parametrize(
    "url", ["{host}/gone.png", "http://127.0.0.1:9/a.png", "ftp://x/a.png", "a.png", "http://["]
)
async def test_an_unreachable_source_fails_with_shell_text(url: str) -> None:
    async with hosting({}) as host, running() as kit:
        task = await kit.start(image=url.format(host=host))
        await fetched(kit)

        assert "wget download failed" in (await kit.finished(task))["error"]["message"]


async def test_a_private_source_is_unreachable_when_so_told() -> None:
    seen: list[web.Request] = []
    async with hosting({"a.png": picture()}, seen) as host, running(private_sources=False) as kit:
        task = await kit.start(image=f"{host}/a.png")
        await fetched(kit)

        assert "timed out" in (await kit.finished(task))["error"]["message"]
        assert seen == []


@pytest.mark.parametrize("content", [b"<html>login</html>", picture(fmt="GIF"), b""])
async def test_a_source_that_is_no_picture_for_the_model_fails(content: bytes) -> None:
    async with hosting({"a.png": content}) as host, running() as kit:
        task = await kit.start(image=f"{host}/a.png")
        await fetched(kit)

        assert (await kit.finished(task))["status"] == "failed"


async def test_a_task_is_not_done_before_its_sources_are_there() -> None:
    async with hosting({"a.png": picture()}) as host, running(fetch_delay_seconds=0.2) as kit:
        task = await kit.start(image=f"{host}/a.png")

        assert (await kit.finished(task))["status"] == "processing"
        await fetched(kit)
        assert (await kit.finished(task))["status"] == "succeeded"
        assert kit.balance() == pytest.approx(100 - 0.014)


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
