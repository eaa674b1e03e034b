"""The embedded stack: primary, streaming standby, S3 and Secrets Manager, a hundredth of the sample data."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

ROOT = Path(__file__).parents[3]
#: Ends only when somebody ends it.
SLOW = "SELECT count(*) FROM generate_series(1, 100000000000)"


@dataclass(frozen=True)
class Stack:
    description: dict[str, Any]
    #: What a gateway, a kernel or a script must find in its environment.
    environment: dict[str, str]

    def judge(self) -> psycopg.Connection[tuple[Any, ...]]:
        """A connection of another driver to the same standby."""
        return self._connect("standby", "reader")

    def admin(self, server: str) -> psycopg.Connection[tuple[Any, ...]]:
        """A connection to the ``primary`` or the ``standby`` that may do everything."""
        return self._connect(server, "admin")

    def owner(self) -> psycopg.Connection[tuple[Any, ...]]:
        """A connection to the primary as the owner of its tables."""
        return self._connect("primary", "owner")

    def replayed(self, primary: psycopg.Connection[tuple[Any, ...]]) -> None:
        """Wait until the standby has all that the primary has by now."""
        (lsn,) = primary.execute("SELECT pg_current_wal_insert_lsn()::text").fetchone() or ("",)
        # Not as the reader, whose password may be what is being replayed.
        with self.admin("standby") as standby:
            while standby.execute("SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", [lsn]).fetchone() != (
                True,
            ):
                time.sleep(0.02)

    def _connect(self, server: str, role: str) -> psycopg.Connection[tuple[Any, ...]]:
        login = self.description[role]
        return psycopg.connect(
            host=self.description[server]["host"],
            port=self.description[server]["port"],
            dbname=self.description["database"],
            user=login["user"],
            password=login["password"],
            sslmode="verify-full",
            sslrootcert=self.description["caFile"],
            autocommit=True,
        )

    def running(self, fragment: str) -> int:
        """How many statements that hold `fragment` the standby is executing."""
        with self.judge() as judge:
            found = judge.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE state = 'active' AND pid <> pg_backend_pid() AND query LIKE %s",
                [f"%{fragment}%"],
            ).fetchone()
        assert found is not None
        return int(found[0])


@contextmanager
def embedded_stack(directory: Path) -> Iterator[Stack]:
    """Run the stack until the block ends."""
    with (directory / "stack.log").open("w+") as log:
        process = subprocess.Popen(
            [str(ROOT / "node_modules" / ".bin" / "tsx"), "demo/serve-stack.ts", str(directory), sys.prefix],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            if not line:
                raise RuntimeError(f"The stack did not start:\n{Path(log.name).read_text()}")
            described = json.loads(line)
            yield Stack(described["stack"], described["environment"])
        finally:
            process.stdin.close()
            process.wait(60)
            process.stdout.close()


def build_gateway() -> None:
    """Bundle the gateway, unless its sources are those of the last bundle."""
    subprocess.run(
        ["node", "-e", "import('./scripts/build.mjs').then(build => build.buildGatewayBundle())"],
        cwd=ROOT,
        check=True,
    )
