"""Composes the client of the image API."""

from __future__ import annotations

from contextlib import AsyncExitStack
from functools import partial

from app.composition.foundation import Foundation
from bot.imarouter.client import ImaRouter
from bot.media.decoder_process import DecoderProcess


def compose_provider(stack: AsyncExitStack, base: Foundation, decoder: DecoderProcess) -> ImaRouter:
    """One for the life of the process; ``stack`` closes it."""
    settings = base.settings
    assert settings.imarouter_api_key is not None, "run needs a key; load_settings(to_run=True) has asked"
    provider = ImaRouter(
        base_url=settings.imarouter_base_url,
        api_key=settings.imarouter_api_key,
        api=settings.imarouter_api,
        model=settings.imarouter_model,
        store=base.store,
        inspect=decoder.inspect,
        trusted_hosts=settings.imagine_trusted_hosts,
        on_date=partial(base.clock_guard.note_date, "provider"),
    )
    stack.push_async_callback(provider.aclose)
    return provider
