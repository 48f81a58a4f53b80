"""Composes what edits need: where sources are published, who serves them, who fetches them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from pydantic import SecretStr

from app.logs import hide
from app.settings.settings import Settings
from bot.domain.requests.refusals import AskRefused
from bot.domain.requests.source_refusals import NoPublicAddress
from bot.media.decoder_process import DecoderProcess
from bot.media.edit_sources import MediaEditSources
from bot.media.publish import NoPublisher, PublicUrlPublisher, Publisher
from bot.media.signed_links import SignedLinks, load_or_make_secret_key
from bot.ports import Clock, Store

if TYPE_CHECKING:
    from bot.media.s3 import S3Publisher

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Edits:
    """``links`` verifies what ``/media`` is asked for, also without a public address of our own."""

    edit_sources: MediaEditSources
    links: SignedLinks


def compose_edits(settings: Settings, store: Store, clock: Clock, decoder: DecoderProcess) -> Edits:
    """Raises SettingsError when the secret key cannot be read or made."""
    key = secret_key(settings)
    hide(key.get_secret_value())
    links = SignedLinks(key)
    publisher = _publisher(settings, links, store, clock)
    return Edits(MediaEditSources(decoder=decoder, publisher=publisher), links)


def secret_key(settings: Settings) -> SecretStr:
    """The configured one, else one made and kept beside the SQLite database."""
    return settings.imagine_secret_key or load_or_make_secret_key(settings.data_folder)


def _publisher(settings: Settings, links: SignedLinks, store: Store, clock: Clock) -> Publisher:
    """S3 if a bucket is set, else our own public address, else none: then edits of uploads are refused
    before they cost, and ``doctor`` says how to change that."""
    try:
        if settings.imagine_s3_bucket:
            return _s3(settings, settings.imagine_s3_bucket)
        if settings.imagine_public_url:
            return PublicUrlPublisher(
                public_url=settings.imagine_public_url,
                links=links,
                store=store,
                clock=clock,
                trusted_hosts=settings.imagine_trusted_hosts,
            )
    except AskRefused as unusable:
        if not isinstance(unusable.refusal, NoPublicAddress):
            raise
        log.warning("sources_cannot_be_published", reason=str(unusable.refusal.reason))
        return NoPublisher(unusable.refusal.reason)
    return NoPublisher()


def _s3(settings: Settings, bucket: str) -> S3Publisher:
    from bot.media.s3 import S3Publisher  # noqa: PLC0415 - its library is for those who have a bucket

    assert settings.imagine_s3_access_key is not None
    assert settings.imagine_s3_secret_key is not None
    return S3Publisher(
        bucket=bucket,
        region=settings.imagine_s3_region,
        access_key=settings.imagine_s3_access_key,
        secret_key=settings.imagine_s3_secret_key,
        endpoint=settings.imagine_s3_endpoint,
        prefix=settings.imagine_s3_prefix,
        trusted_hosts=settings.imagine_trusted_hosts,
    )
