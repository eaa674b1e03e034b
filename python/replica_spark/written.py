"""The files of a version as they lie on S3."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from .columns import partition_value
from .storage import Storage


class Written:
    """What the tasks have written, read back: files for the manifest, and their rows of each part.

    The number in a file's name is that of its task, and each task writes one part.
    """

    def __init__(self, spark: Any, storage: Storage, plan: Any) -> None:
        prefix = plan["address"]["prefix"]
        folder = f"{prefix}/v={plan['version']}"
        found = storage.objects(f"{folder}/")
        data = [one for one in found if one["Key"].endswith(".parquet")]
        storage.delete([one["Key"] for one in found if not one["Key"].endswith(".parquet")])
        rows = rows_of_files(spark, f"s3a://{storage.bucket}/{folder}") if data else {}
        self.files: list[dict[str, Any]] = []
        self.rows_of_parts = dict.fromkeys(range(len(plan["parts"])), 0)
        for one in data:
            path = one["Key"][len(prefix) + 1 :]
            _version, *directories, name = path.split("/")
            uri = f"s3a://{storage.bucket}/{one['Key']}"
            # Spark names a path as a URI, where a sign of a directory may be escaped once more.
            count = rows.get(uri, rows.get(quote(uri, safe=":/="), 0))
            self.rows_of_parts[int(name.split("-")[1])] += count
            self.files.append(
                {
                    "path": path,
                    "rows": count,
                    "bytes": one["Size"],
                    "crc32": None,
                    "etag": one["ETag"],
                    "partition": [partition_value(directory) for directory in directories],
                    "copiedFrom": None,
                }
            )

    @property
    def rows(self) -> int:
        return sum(self.rows_of_parts.values())

    @property
    def size_bytes(self) -> int:
        return sum(one["bytes"] for one in self.files)


def rows_of_files(spark: Any, folder: str) -> dict[str, int]:
    """Rows by path below the folder, from the files' footers."""
    from pyspark.sql import functions as f

    frame = spark.read.option("recursiveFileLookup", "true").parquet(folder)
    counted = frame.groupBy(f.col("_metadata.file_path").alias("path")).count().collect()
    return {row["path"]: row["count"] for row in counted}
