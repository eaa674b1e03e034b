"""The bucket of the dataset, by boto3."""

from __future__ import annotations

import json
import threading
from typing import Any


class Storage:
    """The bucket of the dataset, by boto3."""

    def __init__(self, plan_uri: str) -> None:
        import boto3

        #: For everything that is put; None leaves it to the bucket.
        self.encryption_key: str | None = None
        self.bucket, _, self.plan_key = plan_uri[len("s3://") :].partition("/")
        self.folder = self.plan_key.rpartition("/")[0]
        self.client = boto3.client("s3")
        # Versions of boto3 that do not know the argument IfNoneMatch send the header all the same.
        self.client.meta.events.register("before-sign.s3.PutObject", self._conditional)
        self._condition = threading.local()

    def read_json(self, key: str) -> Any:
        return json.loads(self.client.get_object(Bucket=self.bucket, Key=key)["Body"].read())

    def put_json(self, key: str, value: Any) -> None:
        self._put(key, json.dumps(value, indent=1))

    def create_json(self, key: str, value: Any) -> bool:
        """Put it only where there is nothing; False when there is."""
        from botocore.exceptions import ClientError

        self._condition.on = True
        try:
            self._put(key, json.dumps(value, indent=1))
            return True
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] not in (409, 412):
                raise
            # The answer to an earlier try of ours may have been lost.
            return bool(self.read_json(key).get("version") == value["version"])
        finally:
            self._condition.on = False

    def objects(self, prefix: str) -> list[dict[str, Any]]:
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
        return [found for page in pages for found in page.get("Contents", [])]

    def delete(self, keys: list[str]) -> None:
        for first in range(0, len(keys), 1000):
            objects = [{"Key": key} for key in keys[first : first + 1000]]
            self.client.delete_objects(Bucket=self.bucket, Delete={"Objects": objects, "Quiet": True})

    def abort_uploads(self, prefix: str) -> None:
        pages = self.client.get_paginator("list_multipart_uploads").paginate(
            Bucket=self.bucket, Prefix=prefix
        )
        for upload in [found for page in pages for found in page.get("Uploads", [])]:
            self.client.abort_multipart_upload(
                Bucket=self.bucket, Key=upload["Key"], UploadId=upload["UploadId"]
            )

    def _put(self, key: str, body: str) -> None:
        encryption = (
            {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": self.encryption_key}
            if self.encryption_key
            else {}
        )
        self.client.put_object(
            Bucket=self.bucket, Key=key, Body=body.encode(), ContentType="application/json", **encryption
        )

    def _conditional(self, request: Any, **_: Any) -> None:
        if getattr(self._condition, "on", False):
            request.headers["If-None-Match"] = "*"
