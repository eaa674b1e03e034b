"""What a job on Spark says of its cost."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from db_connection.gateway_client import GatewayClient
from db_connection.scale_out import Job


@pytest.mark.parametrize(
    ("engine", "cost", "told"),
    [
        ("sagemaker", 12.345, "4 rows, $12.35)"),
        ("sagemaker", None, "4 rows, no price known)"),
        ("local", None, "4 rows)"),
    ],
)
def test_a_job_tells_its_cost_or_that_no_price_is_known(engine: str, cost: float | None, told: str) -> None:
    class Client:
        def export_status(self, _: str) -> Any:
            return SimpleNamespace(phase="Spark: starting", state="queued", rows=4)

        def scale_out_job(self, _: str) -> Any:
            return {"engine": engine, "cost": cost, "partsDone": 1, "parts": 4}

    job = Job(cast(GatewayClient, Client()), "replica-1")
    assert repr(job) == f"Job('replica-1': Spark: starting, {told}"
    assert job.cost == cost
    assert job.progress == 0.25
