"""Sources on S3-compatible storage, under pre-signed links.

obstore is one wheel around Apache's object_store and needs nothing else; aioboto3 brings a dozen packages and
holds botocore, and aiohttp's own parts with it, at old versions (both tried in 2026).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store
from pydantic import SecretStr

from bot.domain.requests.refusals import AskRefused
from bot.domain.requests.source_refusals import AddressReason, NoPublicAddress
from bot.errors import TryLater
from bot.media.publish import check_mimetype, problem_with
from bot.media.signed_links import check_source_id

if TYPE_CHECKING:
    from obstore.store import S3Credential

LONGEST_SECONDS = 7 * 24 * 3600.0
"""A pre-signed link cannot live longer (Amazon's signature version 4)."""

_REFUSALS = (FileNotFoundError, PermissionDeniedError, UnauthenticatedError)
"""obstore says that a bucket does not exist with Python's own FileNotFoundError."""


class S3Publisher:
    """Objects named ``prefix`` + source id, which is random, so that any process can withdraw them.

    Keys, bucket and endpoint are never taken from the environment or a cloud's metadata service. The link's
    life is counted by the host's clock. What a killed process leaves is for the bucket's lifecycle rule.
    Raises AskRefused NoPublicAddress when the provider could not reach ``endpoint``.
    """

    def __init__(
        self,
        *,
        bucket: str,
        region: str,
        access_key: str,
        secret_key: SecretStr,
        endpoint: str | None = None,
        prefix: str = "imagine/",
        trusted_hosts: Collection[str] = (),
    ) -> None:
        address = (endpoint or f"https://s3.{region}.amazonaws.com").rstrip("/")
        problem = problem_with(address, trusted_hosts)
        if problem is not None:
            raise AskRefused(NoPublicAddress(problem))
        self._prefix = prefix
        self._store = S3Store(
            bucket,
            config={
                "region": region,
                "endpoint": address,
                "aws_endpoint_url_s3": address,  # would win, if the environment had it
                "skip_signature": False,
                "s3_express": False,
                "virtual_hosted_style_request": False,
                "disable_bulk_delete": True,  # not every compatible store has it
                "disable_tagging": True,
            },
            client_options={
                "allow_http": address.startswith("http://"),
                "connect_timeout": timedelta(seconds=10),
                "timeout": timedelta(seconds=60),
            },
            retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=60)},
            credential_provider=_Keys(access_key, secret_key),
        )

    async def publish(self, source_id: str, data: bytes, mimetype: str, ttl_seconds: float) -> str:
        """See Publisher. ``ttl_seconds`` is cut to a week."""
        key = self._key(source_id)
        attributes = {
            "Content-Type": check_mimetype(mimetype),
            "Cache-Control": "no-store",
            "Content-Disposition": "inline",
        }
        life = timedelta(seconds=min(ttl_seconds, LONGEST_SECONDS))
        try:
            await obstore.put_async(self._store, key, data, attributes=attributes, use_multipart=False)
            return await obstore.sign_async(self._store, "GET", key, life)
        except _REFUSALS:
            raise AskRefused(NoPublicAddress(AddressReason.STORAGE_REFUSED)) from None
        except BaseError as error:
            raise _later(error) from None

    async def withdraw(self, source_id: str) -> None:
        """See Publisher."""
        try:
            await obstore.delete_async(self._store, self._key(source_id))
        except FileNotFoundError:
            return
        except BaseError as error:
            raise _later(error) from None

    def _key(self, source_id: str) -> str:
        return f"{self._prefix}{check_source_id(source_id)}"


class _Keys:
    """Gives obstore these keys whenever it asks; as plain settings they would be mixed with the
    environment's."""

    def __init__(self, access_key: str, secret_key: SecretStr) -> None:
        self._access_key = access_key
        self._secret_key = secret_key

    def __call__(self) -> S3Credential:
        return {
            "access_key_id": self._access_key,
            "secret_access_key": self._secret_key.get_secret_value(),
            "token": None,
            "expires_at": None,
        }


def _later(error: BaseError) -> TryLater:
    """Names only the class of the error: obstore's own texts quote links and the store's answers."""
    return TryLater(f"the object store failed ({type(error).__name__})")
