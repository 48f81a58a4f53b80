"""Pictures decoded in processes of their own (bot.media.decoder_process): real processes, real bombs."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.domain.requests.refusals import AskRefused
from bot.domain.requests.request import Format, Size
from bot.domain.requests.source_refusals import BadSource, MaskReason, SourceReason
from bot.errors import GivenUp, TryLater
from bot.media.child_process import How, run_child
from bot.media.codes import Note
from bot.media.decoder_process import CHILD, DecoderProcess
from bot.media.decoding.normalise import normalise
from bot.media.decoding.sheet import sheet
from bot.media.limits import LEAST_DECODING_MEMORY, Limits
from bot.ports import PictureFacts
from tests.support.processes import ROOT, children_of, clean_environment, has_ended
from tests.support.world import eventually
from tests.unit.bot.media import bombs
from tests.unit.bot.media.decoding.test_mask import holes
from tests.unit.bot.media.pictures import noise, opened, quarters, saved

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it looks at processes in /proc")

MB = 1_000_000


def decoder(folder: Path, *, program: Path = CHILD, seconds: float = 60.0, **limits: int) -> DecoderProcess:
    return DecoderProcess(
        folder=folder / "decoding", limits=Limits(**limits), seconds=seconds, program=program
    )


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.bin"
    path.write_bytes(saved(quarters(), "BMP"))
    return path


def program(folder: Path, does: str) -> Path:
    """A decoder's process that does this instead of decoding, with the same limits."""
    path = folder / "program.py"
    path.write_text(
        "import json, os, signal, sys, time\n"
        "from pathlib import Path\n"
        "ask = json.loads(sys.stdin.readline())\n"
        "sys.path[:] = ask['path']\n"
        "from bot.media.decoding.child import limit_myself\n"
        f"limit_myself(**ask['process'])\n{does}\n"
    )
    return path


async def reason_of(decoder: DecoderProcess, file: Path) -> BadSource:
    with pytest.raises(AskRefused) as refused:
        await decoder.normalise(file)
    assert isinstance(refused.value.refusal, BadSource)
    return refused.value.refusal


# --- what it does ----------------------------------------------------------------------------------


async def test_a_source_comes_out_as_it_does_without_a_process(photo: Path, tmp_path: Path) -> None:
    made = await decoder(tmp_path).normalise(photo)

    assert made == normalise(photo, limits=Limits())
    assert list((tmp_path / "decoding").iterdir()) == [], "nothing is left of the process"


async def test_a_mask_and_its_picture_go_the_same_way(tmp_path: Path) -> None:
    room = decoder(tmp_path)
    (tmp_path / "photo").write_bytes(saved(quarters(), "JPEG"))
    (tmp_path / "mask").write_bytes(saved(holes(), "PNG"))
    (tmp_path / "none").write_bytes(saved(quarters(), "PNG"))
    source = await room.normalise(tmp_path / "photo")

    png = await room.as_png(source)
    mask = await room.prepare_mask(tmp_path / "mask", png)

    assert (png.format, opened(png.data).tobytes()) == ("png", opened(source.data).tobytes())
    assert (mask.width, mask.height, mask.percent) == (320, 240, 6)
    assert opened(mask.data).getchannel("A").histogram()[0] == 80 * 60
    with pytest.raises(AskRefused) as refused:
        await room.prepare_mask(tmp_path / "none", png)
    assert refused.value.refusal.reason is MaskReason.NOT_A_MASK


async def test_a_result_is_decoded_once_and_a_cut_one_is_found_out(tmp_path: Path) -> None:
    data = saved(quarters(), "PNG")
    (tmp_path / "1").write_bytes(data)
    (tmp_path / "again").write_bytes(data)
    (tmp_path / "cut").write_bytes(data[:-200])
    count = f"Path({str(tmp_path / 'count')!r}).open('a').write('.')\n"
    counting = program(
        tmp_path,
        f"{count}from bot.media.decoding import tasks\n"
        "tasks.carry_out(ask, lambda answer: print(json.dumps(answer), flush=True))",
    )
    room = decoder(tmp_path, program=counting)

    facts = [await room.inspect(tmp_path / name) for name in ("1", "again", "1")]

    digest = hashlib.sha256(data).hexdigest()
    assert facts == [PictureFacts(Format.PNG, 320, 240, len(data), digest)] * 3
    assert (tmp_path / "count").read_text() == "."
    with pytest.raises(GivenUp, match="damaged"):
        await room.inspect(tmp_path / "cut")
    with pytest.raises(FileNotFoundError):
        await room.inspect(tmp_path / "none")


async def test_a_sheet_is_drawn_to_its_place_and_again_to_the_same_bytes(tmp_path: Path) -> None:
    room, out = decoder(tmp_path), tmp_path / "job" / "preview-0.png"
    (tmp_path / "1").write_bytes(saved(quarters(), "PNG"))
    (tmp_path / "3").write_bytes(saved(quarters(), "WEBP"))
    tiles = [tmp_path / "1", None, tmp_path / "3"]

    facts = await room.sheet(tiles, out)

    data = out.read_bytes()
    assert (data, (facts.width, facts.height)) == sheet(tiles, limits=Limits())
    digest = hashlib.sha256(data).hexdigest()
    assert facts == PictureFacts(Format.PNG, facts.width, facts.height, len(data), digest)
    assert await room.inspect(out) == facts
    assert await room.sheet(tiles, out) == facts
    assert out.read_bytes() == data
    assert [file.name for file in out.parent.iterdir()] == ["preview-0.png"], "nothing is left beside it"
    assert list((tmp_path / "decoding").iterdir()) == []


async def test_a_preview_is_drawn_to_its_place_and_again_to_the_same_bytes(tmp_path: Path) -> None:
    room, out = decoder(tmp_path), tmp_path / "job" / "preview-1.png"
    (tmp_path / "1").write_bytes(saved(quarters(), "WEBP", lossless=True))

    facts = await room.preview(tmp_path / "1", out)

    assert (facts.format, facts.width, facts.height) == (Format.PNG, 320, 240)
    assert opened(out.read_bytes()).convert("RGB").tobytes() == quarters().tobytes()
    assert await room.preview(tmp_path / "1", out) == facts
    assert await room.inspect(out) == facts


async def test_what_cannot_be_decoded_gets_no_sheet_and_no_preview(tmp_path: Path) -> None:
    room, out = decoder(tmp_path), tmp_path / "out.png"
    (tmp_path / "good").write_bytes(saved(quarters(), "PNG"))
    (tmp_path / "cut").write_bytes(saved(quarters(), "PNG")[:-200])

    with pytest.raises(GivenUp, match="result_unusable: picture 2: damaged"):
        await room.sheet([tmp_path / "good", tmp_path / "cut"], out)
    with pytest.raises(GivenUp, match="result_unusable: damaged"):
        await room.preview(tmp_path / "cut", out)
    with pytest.raises(FileNotFoundError):
        await room.sheet([tmp_path / "good", tmp_path / "none"], out)
    with pytest.raises(FileNotFoundError):
        await room.preview(tmp_path / "none", out)
    with pytest.raises(ValueError, match="nothing"):
        await room.sheet([None, None], out)
    assert not out.exists()


async def test_a_sheet_that_cannot_be_written_is_tried_again_later(photo: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(TryLater):
        await decoder(tmp_path).sheet([photo], tmp_path / "file" / "preview-0.png")


async def test_refusals_come_back_with_their_facts(tmp_path: Path) -> None:
    (tmp_path / "text").write_bytes(b"milk, eggs and bread\n" * 9)
    (tmp_path / "psd").write_bytes(b"8BPS\x00\x01" + bytes(64))

    assert (await reason_of(decoder(tmp_path), tmp_path / "text")).reason is SourceReason.TEXT
    assert (await reason_of(decoder(tmp_path), tmp_path / "psd")).format == "Photoshop"


async def test_one_picture_is_decoded_at_a_time(photo: Path, tmp_path: Path) -> None:
    alone = f"""
place = {str(tmp_path / "busy")!r}
os.close(os.open(place, os.O_CREAT | os.O_EXCL))
time.sleep(0.1)
os.unlink(place)
print(json.dumps({{"given_up": "alone"}}))
"""
    room = decoder(tmp_path, program=program(tmp_path, alone))

    said = await asyncio.gather(*(room.normalise(photo) for _ in range(3)), return_exceptions=True)

    assert [str(error) for error in said] == ["result_unusable: alone"] * 3


@pytest.mark.parametrize("way", ["current folder", "PYTHONPATH"])
def test_it_uses_the_modules_that_the_bot_uses_wherever_they_are(
    photo: Path, tmp_path: Path, way: str
) -> None:
    """A checkout that is not installed, and modules that only the environment names. The interpreter knows
    another copy, too, which calls fewer pictures tiny."""
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(ROOT / "bot", elsewhere / "bot")
    changed = elsewhere / "bot" / "media" / "decoding" / "normalise.py"
    changed.write_text(changed.read_text().replace("TINY_EDGE = 256", "TINY_EDGE = 4000"))
    shutil.copy(ROOT / "tests" / "support" / "decode_one.py", elsewhere)
    env = {**clean_environment(), "PYTHONPATH": str(elsewhere) if way == "PYTHONPATH" else ""}

    done = subprocess.run(
        [sys.executable, "-m", "decode_one", photo, tmp_path / "out", str(640 * MB)],
        cwd=elsewhere if way == "current folder" else tmp_path,
        env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert Note.TINY in json.loads(done.stdout)["notes"]


# --- what it endures -------------------------------------------------------------------------------


def decode_one(file: Path, folder: Path, memory: int = 640 * MB) -> dict[str, Any]:
    """What a process like the bot makes of the file, and the most memory that the decoder took."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.decode_one", file, folder, str(memory)],
        cwd=ROOT, env=clean_environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def rows(colour: int, depth: int, pixel: bytes) -> Callable[[], bytes]:
    return lambda: bombs.png(9400, 9500, colour=colour, depth=depth, row=pixel * 9400)


BOMBS = [
    pytest.param(bombs.grey_with_alpha, [2864, 2895], 560, id="LA PNG of 89 megapixels"),
    pytest.param(lambda: bombs.jpeg_with_exif(690), [640, 480], 130, id="JPEG with 45 MB of EXIF"),
    pytest.param(lambda: bombs.tiff_chain(400_000), [1, 1], 180, id="TIFF with 400,000 pages"),
    pytest.param(lambda: bombs.gif_frames(3_000_000), [1, 1], 130, id="GIF with 3 million frames"),
    pytest.param(rows(6, 8, b"\x80\x10\x90\xff"), [2864, 2895], 560, id="RGBA PNG", marks=pytest.mark.slow),
    pytest.param(
        rows(6, 16, b"\x80\x10" * 4), [2864, 2895], 560, id="RGBA PNG of 16 bits", marks=pytest.mark.slow
    ),
    pytest.param(
        rows(0, 16, b"\x80\x10"), [2864, 2895], 290, id="grey PNG of 16 bits", marks=pytest.mark.slow
    ),
    pytest.param(
        lambda: bombs.jpeg(16384, 12288),
        [3325, 2494],
        200,
        id="JPEG of 201 megapixels",
        marks=pytest.mark.slow,
    ),
    pytest.param(
        lambda: bombs.jpeg(9400, 9500, progressive=True),
        [2864, 2895],
        420,
        id="progressive JPEG",
        marks=pytest.mark.slow,
    ),
]


@pytest.mark.parametrize(("make", "size", "most_mb"), BOMBS)
def test_a_bomb_is_drawn_in_little_memory(
    make: Callable[[], bytes], size: list[int], most_mb: int, tmp_path: Path
) -> None:
    file = tmp_path / "bomb"
    file.write_bytes(make())

    made = decode_one(file, tmp_path / "decoding")

    assert made["size"] == size
    assert made["peak"] < most_mb * MB


@pytest.mark.parametrize(
    ("make", "memory"),
    [
        pytest.param(bombs.grey_with_alpha, 320 * MB, id="LA PNG"),
        pytest.param(lambda: bombs.webp(6400, 6240), 640 * MB, id="WebP of 40 megapixels"),
        pytest.param(
            lambda: bombs.jpeg(9400, 9500, progressive=True, subsampling=0), 640 * MB, id="progressive 4:4:4"
        ),
    ],
)
def test_what_needs_too_much_is_refused_by_its_header(
    make: Callable[[], bytes], memory: int, tmp_path: Path
) -> None:
    file = tmp_path / "bomb"
    file.write_bytes(make())

    refused = decode_one(file, tmp_path / "decoding", memory)

    assert (refused["refused"], refused["limit"]) == (SourceReason.TOO_BIG, memory)
    assert refused["needs"] > memory
    assert refused["peak"] < 100 * MB, "nothing of it was decoded"


ENDS = {
    "os.abort()": (SourceReason.DAMAGED, 60.0),
    "os.kill(os.getpid(), signal.SIGSEGV)": (SourceReason.DAMAGED, 60.0),
    "while True: pass": (SourceReason.TOO_SLOW, 0.5),
    "signal.pause()": (SourceReason.TOO_SLOW, 0.5),
    "os.kill(os.getpid(), signal.SIGXCPU)": (SourceReason.TOO_SLOW, 60.0),
    "os.kill(os.getpid(), signal.SIGKILL)": (SourceReason.TOO_BIG, 60.0),
    # Between its own limit and that of the watch.
    "import mmap\n"
    "m = mmap.mmap(-1, 475_000_000)\n"
    "for at in range(0, 475_000_000, 4096): m[at] = 1\n"
    "signal.pause()": (SourceReason.TOO_BIG, 60.0),
    "from bot.media.decoding import tasks\n"
    "tasks._TASKS['normalise'] = lambda *_: bytearray(2_000_000_000)\n"
    "tasks.carry_out(ask, lambda answer: print(json.dumps(answer), flush=True))": (
        SourceReason.TOO_BIG,
        60.0,
    ),
}


@pytest.mark.parametrize("does", ENDS)
async def test_however_a_process_ends_its_picture_is_refused_and_the_next_one_is_drawn(
    does: str, photo: Path, tmp_path: Path
) -> None:
    expected, seconds = ENDS[does]
    room = decoder(tmp_path, program=program(tmp_path, does), seconds=seconds, memory=400 * MB)

    before = children_of(os.getpid())  # of other tests in this process

    refused = await reason_of(room, photo)

    assert refused.reason is expected
    assert all(has_ended(child) for child in children_of(os.getpid()) if child not in before)
    assert (await decoder(tmp_path).normalise(photo)).size == Size(320, 240)


@pytest.mark.parametrize(
    ("does", "words"),
    [("os.abort()", "damaged"), ("signal.pause()", "too_slow"), ("os.kill(os.getpid(), 9)", "too_big")],
)
async def test_a_result_that_harms_its_decoder_is_no_result(
    does: str, words: str, photo: Path, tmp_path: Path
) -> None:
    room = decoder(tmp_path, program=program(tmp_path, does), seconds=1.0)

    with pytest.raises(GivenUp, match=f"result_unusable: {words}"):
        await room.inspect(photo)


@pytest.mark.parametrize(
    ("does", "error"),
    [
        ("os.abort()", "result_unusable: damaged"),
        ("signal.pause()", "result_unusable: too_slow"),
        ("os.kill(os.getpid(), 9)", "result_unusable: too_big"),
        ("os.kill(os.getpid(), signal.SIGTERM)", "stopped"),
    ],
)
async def test_however_the_process_of_a_sheet_ends_what_was_there_stays(
    does: str, error: str, photo: Path, tmp_path: Path
) -> None:
    out = tmp_path / "preview-0.png"
    out.write_bytes(b"as before")
    room = decoder(tmp_path, program=program(tmp_path, does), seconds=1.0)

    for drawing in (room.sheet([photo, None, photo], out), room.preview(photo, out)):
        with pytest.raises((GivenUp, TryLater), match=error):
            await drawing

    assert out.read_bytes() == b"as before"


def _4k(form: str, seed: int) -> bytes:
    fine = quarters(3840, 2160)
    fine.paste(noise(900, 900), (100 * seed, 50))
    return saved(fine, form, **{"PNG": {"compress_level": 1}, "WEBP": {"method": 0}}.get(form, {}))


@pytest.mark.parametrize(("form", "most_mb"), [("PNG", 160), ("JPEG", 100), ("WEBP", 240)])
def test_a_sheet_of_the_largest_pictures_takes_the_memory_of_one(
    form: str, most_mb: int, tmp_path: Path
) -> None:
    """With the least memory that any machine gives a decoder."""
    files = [tmp_path / f"{seed}" for seed in range(4)]
    for seed, file in enumerate(files):
        file.write_bytes(_4k(form, seed))

    done = subprocess.run(
        [
            sys.executable, "-m", "tests.support.draw_sheet",
            tmp_path / "out.png", str(LEAST_DECODING_MEMORY), *files,
        ],
        cwd=ROOT, env=clean_environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)
    assert (facts["width"], facts["height"]) == (1600, 906)
    assert facts["peak"] < most_mb * MB


async def test_a_crash_names_the_file_by_its_hash_alone(photo: Path, tmp_path: Path) -> None:
    digest = hashlib.sha256(saved(quarters(), "BMP")).hexdigest()
    refused = await reason_of(decoder(tmp_path, program=program(tmp_path, "os.abort()")), photo)

    assert refused.reference == digest[:12]


async def test_a_picture_that_is_too_big_after_all_is_told_with_its_size(photo: Path, tmp_path: Path) -> None:
    does = (
        'print(json.dumps({"plan": {"width": 90, "height": 60, "needs": 7}}), flush=True)\n'
        "os.kill(os.getpid(), 9)"
    )
    refused = await reason_of(decoder(tmp_path, program=program(tmp_path, does)), photo)

    assert refused == BadSource(SourceReason.TOO_BIG, width=90, height=60, limit=Limits().memory)


async def test_a_sheet_tells_the_size_of_the_picture_that_was_too_big(photo: Path, tmp_path: Path) -> None:
    does = (
        'print(json.dumps({"plan": {"width": 90, "height": 60, "needs": 7}}), flush=True)\n'
        'print(json.dumps({"plan": {"width": 9000, "height": 600, "needs": 7}}), flush=True)\n'
        "os.kill(os.getpid(), 9)"
    )
    room = decoder(tmp_path, program=program(tmp_path, does))

    with pytest.raises(GivenUp, match=r"too_big height=600 .*width=9000"):
        await room.sheet([photo, photo], tmp_path / "out.png")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
async def test_when_the_system_stops_it_the_picture_is_tried_again_later(
    number: int, photo: Path, tmp_path: Path
) -> None:
    """A service manager sends its signal to all processes of a service. (Whoever runs the tests may ignore
    some.)"""
    heeds = f"signal.signal({number:d}, signal.SIG_DFL)\n" if number != signal.SIGKILL else ""
    room = decoder(tmp_path, program=program(tmp_path, f"{heeds}os.kill(os.getpid(), {number:d})"))

    with pytest.raises(TryLater):
        await room.normalise(photo)


async def test_what_is_wrong_with_the_decoder_itself_is_not_blamed_on_the_picture(
    photo: Path, tmp_path: Path
) -> None:
    broken = decoder(tmp_path, program=program(tmp_path, "import no_such_library"))
    with pytest.raises(RuntimeError, match="no_such_library"):
        await broken.normalise(photo)

    (tmp_path / "file").touch()
    nowhere = DecoderProcess(folder=tmp_path / "file", limits=Limits(), seconds=60.0)
    with pytest.raises(TryLater):
        await nowhere.normalise(photo)


async def test_a_caller_that_is_cancelled_takes_its_process_with_it(photo: Path, tmp_path: Path) -> None:
    """And its process group: what it has started as well."""
    does = (
        "import subprocess\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import signal; signal.pause()'])\n"
        f"Path({str(tmp_path / 'pids')!r}).write_text(f'{{os.getpid()}} {{child.pid}} ')\n"
        "signal.pause()"
    )
    pids = tmp_path / "pids"
    waiting = asyncio.create_task(decoder(tmp_path, program=program(tmp_path, does)).normalise(photo))

    async def begun() -> list[int]:
        text = pids.read_text() if pids.exists() else ""
        return [int(pid) for pid in text.split()] if text.endswith(" ") else []

    found = await eventually(begun)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting

    async def gone() -> bool:
        return all(map(has_ended, found))

    await eventually(gone)


async def test_it_gets_no_secrets_and_says_its_limits(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    does = (
        "import resource\n"
        "most = {name: resource.getrlimit(getattr(resource, 'RLIMIT_' + name))[0]\n"
        "        for name in ('AS', 'CPU', 'CORE', 'FSIZE', 'NOFILE')}\n"
        "print(json.dumps({'env': dict(os.environ), 'most': most, 'group': os.getpgid(0) == os.getpid(),\n"
        "    'oom': Path('/proc/self/oom_score_adj').read_text().strip()}))"
    )
    ask = {
        "process": {"memory": 300 * MB, "cpu_seconds": 20, "wall_seconds": 30.0},
        "path": [*sys.path, str(ROOT)],
    }

    ended = await run_child(program(tmp_path, does), ask, folder=tmp_path, memory=300 * MB, seconds=60.0)

    assert ended.how is How.ANSWERED, ended
    (answer,) = ended.answers
    assert "xoxb-secret" not in json.dumps(answer)
    assert set(answer["env"]) <= {"LANG", "MALLOC_ARENA_MAX", "LD_LIBRARY_PATH", "LC_CTYPE"}
    assert answer["most"] == {
        "AS": 428 * MB, "CPU": 20, "CORE": 0, "FSIZE": 64 * MB, "NOFILE": 32,
    }  # fmt: skip
    assert (answer["group"], answer["oom"]) == (True, "1000")
