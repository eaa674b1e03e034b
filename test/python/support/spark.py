"""Spark for tests: quick to start rather than to compute, with a log of all that its pages would show."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).parents[3]
#: Where `npm test` installs pyspark and the Java libraries.
FOLDER = ROOT / ".demo" / "spark"


def spark_environment(events: Path) -> dict[str, str]:
    """What a program that starts Spark finds in its environment; its event log goes to `events`."""
    configuration = events / "conf"
    configuration.mkdir(parents=True, exist_ok=True)
    (configuration / "spark-defaults.conf").write_text(
        f"spark.eventLog.enabled true\nspark.eventLog.dir file://{events}\n"
    )
    return {
        **os.environ,
        "JUPYTERLAB_REPLICA_JARS": str(ROOT / ".demo" / "spark-jars"),
        "JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        "SPARK_CONF_DIR": str(configuration),
    }
