"""Clients of the emulated AWS, all for one account and region."""

from __future__ import annotations

from typing import Any

import boto3


class Aws:
    def __init__(self, endpoint: str, region: str) -> None:
        self._session = boto3.Session(
            aws_access_key_id="test", aws_secret_access_key="test", region_name=region
        )
        self._endpoint = endpoint
        self._clients: dict[str, Any] = {}
        self.region = region

    def client(self, service: str) -> Any:
        """boto3's client; its types are not published."""
        if service not in self._clients:
            self._clients[service] = self._session.client(service, endpoint_url=self._endpoint)
        return self._clients[service]

    @property
    def account(self) -> str:
        return str(self.client("sts").get_caller_identity()["Account"])
