"""Decodes pictures in processes of their own: one picture, one process, one at a time.

A picture can take any memory and any time, and can crash its decoder. A process can be limited and killed,
and takes nobody with it; a thread cannot (ADR 15).
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import structlog

from bot.domain.problem import Failure, Problem
from bot.domain.requests.refusals import AskRefused
from bot.domain.requests.request import Format, Size
from bot.domain.requests.source_refusals import BadSource, SourceReason, SourceRefusal, kept_text, read_kept
from bot.errors import GivenUp, TryLater
from bot.media.child_process import Ended, How, run_child
from bot.media.codes import MaskNote, Note
from bot.media.limits import CPU_SECONDS, Limits
from bot.media.picture import Mask, Normalised
from bot.ports import PictureFacts
from bot.step_limit import uncounted

log = structlog.get_logger(__name__)

CHILD = Path(__file__).parent / "decoding" / "child.py"
LEFT_SECONDS = 120
"""Older folders belong to no process any more: a decoder lives 40 s at most."""
MOST_KNOWN = 256
"""How many results are remembered as whole."""


class DecoderProcess:
    """Runs the tasks of ``bot.media.decoding`` for callers in the event loop. Build one for the process:
    each of its children may take ``limits.memory`` bytes, so only one runs at a time, and the others wait.

    ``folder`` holds the files of the child that runs; a child may run for so many ``seconds``. A picture is
    refused when its child takes too much memory or time, or crashes. Every method raises TryLater when the
    system stops the child or cannot start it. A caller that is cancelled takes its child with it. Safe to
    repeat.
    """

    def __init__(self, *, folder: Path, limits: Limits, seconds: float, program: Path = CHILD) -> None:
        self._folder = folder
        self._limits = limits
        self._program = program
        self._seconds = seconds
        self._turn = asyncio.Lock()
        self._known: dict[str, PictureFacts] = {}

    async def normalise(self, file: Path) -> Normalised:
        """See ``decoding.normalise``. Raises AskRefused BadSource."""
        done, data = await self._made("normalise", file)
        return Normalised(
            data=data,
            format="png" if done["format"] == "png" else "jpeg",
            width=int(done["width"]),
            height=int(done["height"]),
            notes=tuple(Note(note) for note in done["notes"]),
            had_alpha=bool(done["had_alpha"]),
            original=Size(*done["original"]),
            came_as=str(done["came_as"]),
        )

    async def as_png(self, picture: Normalised) -> Normalised:
        """The same pixels as PNG; ``picture`` itself when it is one."""
        if picture.format == "png":
            return picture
        _, data = await self._made("as_png", picture.data)
        return replace(picture, data=data, format="png")

    async def prepare_mask(self, mask: Path, source: Normalised, *, invert: bool = False) -> Mask:
        """See ``decoding.mask``. Raises AskRefused BadMask or BadSource."""
        size, original = (
            (source.width, source.height),
            (source.original.width, source.original.height),
        )
        done, data = await self._made("mask", mask, size=size, original=original, invert=invert)
        return Mask(
            data=data,
            coverage=Fraction(*done["coverage"]),
            notes=tuple(MaskNote(note) for note in done["notes"]),
            width=int(done["width"]),
            height=int(done["height"]),
        )

    async def inspect(self, file: Path) -> PictureFacts:
        """Decode a whole result. The same bytes are decoded once. Raises GivenUp(RESULT_UNUSABLE) when it is
        not a usable picture; OSError if there is no file."""
        size, digest = await asyncio.to_thread(_hashed, file)
        if digest in self._known:
            return self._known[digest]
        done, _ = await self._made_of_results("inspect", file)
        facts = PictureFacts(Format(done["format"]), int(done["width"]), int(done["height"]), size, digest)
        if len(self._known) >= MOST_KNOWN:
            self._known.pop(next(iter(self._known)))
        self._known[digest] = facts
        return facts

    async def sheet(self, tiles: Sequence[Path | None], out: Path) -> PictureFacts:
        """Write the contact sheet of these pictures, numbered from 1, to ``out``; None is a missing one. See
        ``decoding.sheet``. The same files give the same bytes; ``out`` is whole or not there.

        Raises GivenUp(RESULT_UNUSABLE) when one cannot be decoded; OSError if there is no file; ValueError
        when all are missing.
        """
        present = [tile for tile in tiles if tile is not None]
        if not present:
            raise ValueError("a sheet of nothing")
        for tile in present:
            await asyncio.to_thread(os.stat, tile)
        done, data = await self._made_of_results("sheet", *tiles)
        return await _written(out, data, done)

    async def preview(self, file: Path, out: Path) -> PictureFacts:
        """Write a PNG of the picture to ``out``, small enough to be shown in a message. See
        ``decoding.preview``. The same file gives the same bytes; ``out`` is whole or not there.

        Raises GivenUp(RESULT_UNUSABLE) when it cannot be decoded; OSError if there is no file.
        """
        await asyncio.to_thread(os.stat, file)
        done, data = await self._made_of_results("preview", file)
        return await _written(out, data, done)

    async def _made_of_results(self, task: str, *given: Path | None) -> tuple[Mapping[str, Any], bytes]:
        """As ``_made``; but what is wrong with a result is nobody's ask. Raises GivenUp(RESULT_UNUSABLE)."""
        try:
            return await self._made(task, *given)
        except AskRefused as refused:
            refusal = refused.refusal
            detail = kept_text(refusal) if isinstance(refusal, SourceRefusal) else str(refusal)
            raise GivenUp(Failure(Problem.RESULT_UNUSABLE, detail)) from refused

    async def _made(
        self, task: str, *given: Path | bytes | None, **more: Any
    ) -> tuple[Mapping[str, Any], bytes]:
        """The answer of one child about what is ``given``, bytes only once, and the file that it made, if
        any."""
        with uncounted():  # others may go first, and a child has a limit of its own
            async with self._turn:
                return await self._made_alone(task, given, more)

    async def _made_alone(
        self, task: str, given: Sequence[Path | bytes | None], more: Mapping[str, Any]
    ) -> tuple[Mapping[str, Any], bytes]:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self._folder, prefix="picture-") as name:
                return await self._run(Path(name), task, given, more)
        except OSError as failed:
            raise TryLater(f"the decoder could not be started ({failed.strerror})") from failed

    async def _run(
        self, folder: Path, task: str, given: Sequence[Path | bytes | None], more: Mapping[str, Any]
    ) -> tuple[Mapping[str, Any], bytes]:
        files = [folder / "in" if isinstance(one, bytes) else one for one in given]
        for one in given:
            if isinstance(one, bytes):
                await asyncio.to_thread((folder / "in").write_bytes, one)
        ask = {
            "process": {
                "memory": self._limits.memory,
                "cpu_seconds": CPU_SECONDS,
                "wall_seconds": self._seconds,
            },
            "path": _absolute(sys.path),
            "task": task,
            "files": [file and str(file.absolute()) for file in files],
            "limits": asdict(self._limits),
            **more,
        }
        ended = await run_child(
            self._program, ask, folder=folder, memory=self._limits.memory, seconds=self._seconds
        )
        answer = ended.answers[-1] if ended.how is How.ANSWERED else {}
        if "done" in answer:
            out = folder / "out"
            return answer["done"], await asyncio.to_thread(out.read_bytes) if out.exists() else b""
        if "refused" in answer:
            code, text = answer["refused"]
            refusal = read_kept(Problem(code), text)
            assert refusal is not None, code
            raise AskRefused(refusal)
        if "given_up" in answer:
            raise GivenUp(Failure(Problem.RESULT_UNUSABLE, str(answer["given_up"])))
        raise await self._why(ended, [file for file in files if file])

    async def _why(self, ended: Ended, files: Sequence[Path]) -> Exception:
        """The error for a child that did not answer. Its files are named in the log by their hashes alone."""
        hashed = [await asyncio.to_thread(_hashed, file) for file in files]
        reference = " ".join(digest[:12] for _, digest in hashed)
        log.warning("decoder_ended", how=ended.how.name.lower(), code=ended.code, file=reference)
        plans: list[Mapping[str, int]] = [answer["plan"] for answer in ended.answers if "plan" in answer]
        plan = plans[-1] if plans else {}
        match ended.how:
            case How.TOO_BIG:
                width, height = plan.get("width"), plan.get("height")
                limit = self._limits.memory
                return AskRefused(BadSource(SourceReason.TOO_BIG, width=width, height=height, limit=limit))
            case How.TOO_SLOW:
                return AskRefused(BadSource(SourceReason.TOO_SLOW, limit=CPU_SECONDS))
            case How.CRASHED:
                detail = f"decoder ended with {ended.code}"
                return AskRefused(BadSource(SourceReason.DAMAGED, reference=reference, detail=detail))
            case How.STOPPED:
                return TryLater("the decoder was stopped")
            case _:
                return RuntimeError(f"the decoder failed ({ended.code}): {ended.complaint}")


def _absolute(places: Iterable[str | Path]) -> list[str]:
    """An empty place is the current folder."""
    return [str(Path(place).absolute()) for place in places]


def _hashed(path: Path) -> tuple[int, str]:
    """Bytes of the file and the SHA-256 of them, in hexadecimal."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return file.tell(), digest


async def _written(out: Path, png: bytes, done: Mapping[str, Any]) -> PictureFacts:
    """The facts of a picture that was made, when it is at its place. Raises TryLater when it cannot be."""
    try:
        await asyncio.to_thread(_write, out, png)
    except OSError as failed:
        raise TryLater(f"a picture could not be written ({failed.strerror})") from failed
    digest = hashlib.sha256(png).hexdigest()
    return PictureFacts(Format.PNG, int(done["width"]), int(done["height"]), len(png), digest)


def _write(out: Path, data: bytes) -> None:
    """Whole or not at all, whoever else writes the same."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        dir=out.parent, prefix=f".{out.name}.", suffix=".part", delete=False
    ) as file:
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(out)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
