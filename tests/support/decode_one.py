"""``python -m tests.support.decode_one FILE FOLDER MEMORY``: decodes one source as the bot does, and prints
what came of it and the most memory that the decoder took, in bytes."""

from __future__ import annotations

import asyncio
import json
import resource
import sys
from pathlib import Path
from typing import Any

from bot.domain.requests.refusals import AskRefused
from bot.domain.requests.source_refusals import BadSource
from bot.media.decoder_process import DecoderProcess
from bot.media.limits import Limits


async def decode(file: Path, folder: Path, memory: int) -> dict[str, Any]:
    decoder = DecoderProcess(folder=folder, limits=Limits(memory=memory), seconds=60.0)
    try:
        made = await decoder.normalise(file)
    except AskRefused as refused:
        refusal = refused.refusal
        assert isinstance(refusal, BadSource)
        return {"refused": refusal.reason, "needs": refusal.needs, "limit": refusal.limit}
    (folder / "made").write_bytes(made.data)
    return {"size": [made.width, made.height], "notes": made.notes, "format": made.format}


if __name__ == "__main__":
    outcome = asyncio.run(decode(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024  # Linux counts it in KiB
    sys.stdout.write(json.dumps({**outcome, "peak": peak}))
