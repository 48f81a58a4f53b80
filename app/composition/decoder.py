"""Composes what works on picture files: the decoder, and the folders that it and others use."""

from __future__ import annotations

import asyncio

from app.settings.settings import Settings
from bot.media.decoder_process import LEFT_SECONDS, DecoderProcess
from bot.media.leftovers import remove_old
from bot.media.limits import WALL_SECONDS, Limits, container_limit, decoding_memory
from bot.media.spool import DiskSpool
from bot.ports import Store

HOUR = 3600.0


def compose_decoder(settings: Settings) -> DecoderProcess:
    """One for the life of the process. No process of it runs until a picture is decoded."""
    limits = Limits(memory=decoding_memory(container_limit()))
    return DecoderProcess(folder=settings.data_folder / "decoding", limits=limits, seconds=WALL_SECONDS)


async def compose_spool(settings: Settings, store: Store, decoder: DecoderProcess) -> DiskSpool:
    """The spool, after everything was removed that a killed process has left in the folders for pictures."""
    spool = DiskSpool(
        settings.data_folder / "spool",
        inspect=decoder.inspect,
        sheet=decoder.sheet,
        preview=decoder.preview,
    )
    await spool.sweep(store)
    for folder, pattern, seconds in (
        ("decoding", "picture-*", LEFT_SECONDS),
        ("incoming", "source-*", HOUR),
        ("spool", "*.probe", HOUR),
    ):
        await asyncio.to_thread(remove_old, settings.data_folder / folder, pattern, seconds=seconds)
    return spool
