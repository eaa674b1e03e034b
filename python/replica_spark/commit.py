"""The manifest that makes a version visible, as docs/export.md has it."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime, timezone
from typing import Any

from .failures import Failure
from .storage import Storage
from .written import Written

COMMIT_ATTEMPTS = 25


def commit(storage: Storage, plan: Any, written: Written) -> int:
    """Put the manifest with the next free sequence, which is returned. Raises Failure `dataset-conflict`."""
    folder = f"{plan['address']['prefix']}/_manifests/"
    for _ in range(COMMIT_ATTEMPTS):
        newest, parent = newest_of(storage, folder)
        manifest = {
            "format": "jupyterlab-replica-dataset",
            "formatVersion": 1,
            "sequence": newest + 1,
            "version": plan["version"],
            "parent": parent,
            "mode": "new-version",
            "committedAt": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "fileFormat": "parquet",
            **plan["draft"],
            "schema": plan["fields"],
            "partitions": plan["partitions"],
            "rows": written.rows,
            "bytes": written.size_bytes,
            "files": written.files,
            "notes": plan["notes"],
        }
        if storage.create_json(f"{folder}{newest + 1:010}.json", manifest):
            return newest + 1
    raise Failure("dataset-conflict", "Others keep writing this dataset, so this export found no place.")


def newest_of(storage: Storage, folder: str) -> tuple[int, str | None]:
    names = [one["Key"][len(folder) :] for one in storage.objects(folder)]
    sequences = [int(name[:10]) for name in names if re.fullmatch(r"\d{10}\.json", name)]
    if not sequences:
        return 0, None
    newest = max(sequences)
    parent = None
    # A manifest of another version of this project may not be readable; a new version needs nothing of it.
    with suppress(ValueError, KeyError):
        parent = storage.read_json(f"{folder}{newest:010}.json")["version"]
    return newest, parent
