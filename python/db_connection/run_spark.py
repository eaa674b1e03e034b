"""``python -m db_connection.run_spark PLAN SESSIONS``: how the gateway starts Spark for a browser."""

from __future__ import annotations

import os
import sys

from .errors import ReplicaError
from .local_spark import find_local_spark


def main(plan: str, sessions: str) -> None:
    """Become the program of `replica_spark`; exit with what is missing where there is no Spark."""
    try:
        spark = find_local_spark()
    except ReplicaError as error:
        sys.exit(" ".join(str(error).split("\n")))
    command = spark.command(plan, int(sessions))
    os.execve(command[0], command, spark.environment())


if __name__ == "__main__":
    main(*sys.argv[1:])
