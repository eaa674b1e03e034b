"""S3 as pyarrow reaches it, with the AWS settings of the environment."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .contract import ErrorBody
from .errors import ReplicaError

if TYPE_CHECKING:
    from pyarrow.fs import S3FileSystem


def parse_uri(uri: str) -> tuple[str, str]:
    """Return bucket and key of ``s3://bucket/key``, the key without slashes at its ends.

    Raises:
        ValueError: it is no such address.
    """
    scheme, _, rest = uri.partition("://")
    bucket, _, key = rest.partition("/")
    key = key.strip("/")
    if scheme != "s3" or not bucket or not key:
        raise ValueError(f'"{uri}" is no address such as s3://bucket/exports/orders')
    return bucket, key


def open_s3() -> S3FileSystem:
    """Return S3 with the identity that the AWS SDK finds, and AWS_ENDPOINT_URL(_S3) where it is set."""
    from pyarrow.fs import S3FileSystem

    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    if endpoint:
        parts = urlsplit(endpoint)
        return S3FileSystem(endpoint_override=parts.netloc, scheme=parts.scheme or "https", region=region)
    return S3FileSystem(region=region) if region else S3FileSystem()


def unreadable(uri: str, reason: str) -> ReplicaError:
    """Return the error for what stands at `uri` and is no dataset."""
    return ReplicaError(
        ErrorBody(
            "dataset-unreadable",
            f"{uri} is no manifest that this version understands.",
            subject=uri,
            detail=reason,
            action="Use the version of jupyterlab_replica that wrote it, or another dataset.",
        )
    )


def no_dataset(uri: str, what: str) -> ReplicaError:
    """Return the error for a dataset or version that is not there."""
    return ReplicaError(
        ErrorBody("not-found", what, subject=uri, action="Look at its versions, or export to it first.")
    )
