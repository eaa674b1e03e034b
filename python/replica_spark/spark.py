"""The Spark session of a job."""

from __future__ import annotations

import os
from typing import Any


def open_spark(plan: Any, local: int | None, jars: list[str]) -> Any:
    from pyspark.sql import SparkSession

    settings = {
        "spark.sql.session.timeZone": "UTC",
        # As PostgreSQL counts days, and as Arrow and Parquet do.
        "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
        "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
        "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
        "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
        "spark.hadoop.parquet.enable.summary-metadata": "false",
        "spark.redaction.regex": "(?i)secret|password|token|access[.]key",
    }
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    if endpoint:
        settings.update(
            {
                "spark.hadoop.fs.s3a.endpoint": endpoint,
                "spark.hadoop.fs.s3a.path.style.access": "true",
                "spark.hadoop.fs.s3a.connection.ssl.enabled": str(endpoint.startswith("https")).lower(),
            }
        )
    if plan["encryptionKey"]:
        settings.update(
            {
                "spark.hadoop.fs.s3a.encryption.algorithm": "SSE-KMS",
                "spark.hadoop.fs.s3a.encryption.key": plan["encryptionKey"],
            }
        )
    if local:
        settings.update(
            {
                # A task that fails is tried again, as in a cluster.
                "spark.master": f"local[{local},4]",
                "spark.driver.host": "127.0.0.1",
                "spark.driver.bindAddress": "127.0.0.1",
                "spark.ui.enabled": "false",
                "spark.ui.showConsoleProgress": "false",
                "spark.sql.shuffle.partitions": str(local),
                "spark.jars": ",".join(jars),
                "spark.driver.extraClassPath": ":".join(jars),
            }
        )
    if any("spark-hadoop-cloud" in jar for jar in jars):
        # Files appear on S3 when their task is committed, and never by being copied.
        settings.update(
            {
                "spark.hadoop.fs.s3a.committer.name": "magic",
                "spark.sql.sources.commitProtocolClass": (
                    "org.apache.spark.internal.io.cloud.PathOutputCommitProtocol"
                ),
                "spark.sql.parquet.output.committer.class": (
                    "org.apache.spark.internal.io.cloud.BindingParquetOutputCommitter"
                ),
            }
        )
    builder = SparkSession.builder.appName(plan["name"])
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()
