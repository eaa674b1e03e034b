"""What the gateway is told of a job, and its wish to end it."""

from __future__ import annotations

import logging
import threading
from collections import deque
from contextlib import suppress
from datetime import datetime, timezone
from typing import Any

from .failures import Failure
from .storage import Storage

REPORT_EVERY_S = 2.0

log = logging.getLogger("replica_spark")


class _Lines(logging.Handler):
    """Keeps what is logged, each record as a line with its time."""

    def __init__(self, lines: deque[str]) -> None:
        super().__init__()
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(f"{datetime.now(timezone.utc):%H:%M:%S} {record.getMessage()}")


class Report:
    """What the gateway is told, and its wish to end the job."""

    def __init__(self, storage: Storage, parts: int) -> None:
        self._storage = storage
        self._lines: deque[str] = deque(maxlen=100)
        self._over = threading.Event()
        self._watch: Any = None
        self._thread = threading.Thread(target=self._tell, daemon=True)
        self.cancelled = threading.Event()
        self.state = {
            "state": "starting",
            "phase": "starting",
            "rows": 0,
            "bytes": 0,
            "files": 0,
            "partsDone": 0,
            "parts": parts,
            "sequence": None,
            "warnings": [],
            "error": None,
        }
        log.addHandler(_Lines(self._lines))

    def start(self) -> None:
        self._write()
        self._thread.start()

    def watch(self, spark: Any) -> None:
        """From now on counts its finished tasks, and ends its work when the job is cancelled."""
        self._watch = spark

    def phase(self, name: str) -> None:
        log.info("%s", name)
        self.state.update(state="running", phase=name)

    def cancel(self) -> None:
        self.cancelled.set()
        if self._watch is not None:
            self._watch.sparkContext.cancelAllJobs()

    def refuse_cancelled(self) -> None:
        if self.cancelled.is_set():
            raise Failure("cancelled", "The export was cancelled.")

    def end(self, state: str, error: Any = None) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(30)
        self.state.update(state=state, phase=None, error=error)
        self._write()

    def _tell(self) -> None:
        while not self._over.wait(REPORT_EVERY_S):
            # A report that S3 does not take must not end the work; the next one tells more.
            with suppress(Exception):
                self._count()
                self._write()
                if not self.cancelled.is_set() and self._storage.objects(f"{self._storage.folder}/cancel"):
                    log.info("asked to cancel")
                    self.cancel()

    def _count(self) -> None:
        if self._watch is None:
            return
        tracker = self._watch.sparkContext.statusTracker()
        for stage in tracker.getActiveStageIds():
            info = tracker.getStageInfo(stage)
            if info is not None and info.numTasks == self.state["parts"] and self.state["phase"] == "writing":
                self.state["partsDone"] = info.numCompletedTasks

    def _write(self) -> None:
        now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        self._storage.put_json(
            f"{self._storage.folder}/report.json", {**self.state, "updatedAt": now, "log": list(self._lines)}
        )
