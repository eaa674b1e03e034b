"""How far an export is, as src/contract/export.ts describes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .contract import FINAL_STATES, ErrorBody, Json


@dataclass(frozen=True)
class ExportStatus:
    """How far an export is.

    Attributes:
        state: queued, running, done, failed or cancelled.
        uri: the object, or the dataset.
        version, manifest: of a dataset, once they are committed.
        rows, size_bytes, files: written by now.
        row_estimate: the planner's, of all rows.
        warnings: what to know of an export that went well.
    """

    export_id: str
    state: str
    uri: str
    version: str | None
    manifest: str | None
    phase: str | None
    rows: int
    row_estimate: int | None
    size_bytes: int
    files: int
    elapsed_ms: float
    warnings: Sequence[str]
    error: ErrorBody | None

    @property
    def final(self) -> bool:
        return self.state in FINAL_STATES

    @classmethod
    def parse(cls, value: Json) -> ExportStatus:
        """Raises KeyError when a field is missing."""
        error = value["error"]
        return cls(
            export_id=value["exportId"],
            state=value["state"],
            uri=value["uri"],
            version=value.get("version"),
            manifest=value.get("manifest"),
            phase=value.get("phase"),
            rows=value["rowsWritten"],
            row_estimate=value.get("rowEstimate"),
            size_bytes=value["bytes"],
            files=value.get("files", 0),
            elapsed_ms=value["elapsedMs"],
            warnings=tuple(value.get("warnings", ())),
            error=None if error is None else ErrorBody.parse(error),
        )
