"""``python -m tests.support.draw_sheet OUT MEMORY FILE...``: draws the contact sheet as the bot does, and
prints its facts and the most memory that the decoder took, in bytes."""

from __future__ import annotations

import asyncio
import json
import resource
import sys
from dataclasses import asdict
from pathlib import Path

from bot.media.decoder_process import DecoderProcess
from bot.media.limits import Limits
from bot.ports import PictureFacts


async def draw(out: Path, memory: int, files: list[Path]) -> PictureFacts:
    decoder = DecoderProcess(folder=out.parent / "decoding", limits=Limits(memory=memory), seconds=60.0)
    return await decoder.sheet(files, out)


if __name__ == "__main__":
    facts = asyncio.run(draw(Path(sys.argv[1]), int(sys.argv[2]), [Path(name) for name in sys.argv[3:]]))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024  # Linux counts it in KiB
    sys.stdout.write(json.dumps({**asdict(facts), "peak": peak}))
