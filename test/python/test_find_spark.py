"""Whether the gateway is told of a Python that can start Spark."""

from __future__ import annotations

import importlib.util
import sys
from typing import Any

import pytest
from jupyterlab_replica.extension import find_spark


@pytest.mark.parametrize("missing", ["pyspark", "boto3", None])
def test_the_gateway_is_told_of_this_python_where_it_can_start_spark(
    monkeypatch: pytest.MonkeyPatch, missing: str | None
) -> None:
    def found(name: str) -> Any:
        return None if name == missing else object()

    monkeypatch.setattr(importlib.util, "find_spec", found)
    told = {} if missing else {"JUPYTERLAB_REPLICA_SPARK_PYTHON": sys.executable}
    assert find_spark() == told
