"""What the gateway is told of a job, and its wish to end it."""

from __future__ import annotations

import logging
import os
import threading
from collections import deque
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path
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


def this_process() -> dict[str, Any] | None:
    """Return what tells this process from every other on this machine; None where the system does not."""
    try:
        # The name may hold anything; the start is the 20th field after it.
        fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
        return {"namespace": os.readlink("/proc/self/ns/pid"), "pid": os.getpid(), "started": fields[19]}
    except OSError:
        return None


class Report:
    """What the gateway is told, and its wish to end the job."""

    def __init__(self, storage: Storage, parts: int, local: bool) -> None:
        self._storage = storage
        self._lines: deque[str] = deque(maxlen=100)
        self._over = threading.Event()
        self._watch: Any = None
        self._thread = threading.Thread(target=self._tell, daemon=True)
        self.cancelled = threading.Event()
        self.state: dict[str, Any] = {
            "process": this_process() if local else None,
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
        """End the job at the next report; fit for a signal, which may come amid a call of Spark."""
        self.cancelled.set()

    def refuse_cancelled(self) -> None:
        if not self.cancelled.is_set() and self._is_asked_to_cancel():
            self.cancelled.set()
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
            # What S3 does not take or give must not end the work; the next turn does more.
            with suppress(Exception):
                self._count()
                self._write()
            with suppress(Exception):
                if not self.cancelled.is_set() and self._is_asked_to_cancel():
                    log.info("asked to cancel")
                    self.cancelled.set()
            with suppress(Exception):
                # Each time anew: Spark may have had nothing to cancel yet, and begun since.
                if self.cancelled.is_set() and self._watch is not None:
                    self._watch.sparkContext.cancelAllJobs()

    def _is_asked_to_cancel(self) -> bool:
        return bool(self._storage.objects(f"{self._storage.folder}/cancel"))

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
