"""The Java libraries that Spark needs beside pyspark: PostgreSQL's driver, and S3.

They are not in the wheel. Each is fetched once from Maven Central, or from the mirror that
$JUPYTERLAB_REPLICA_MAVEN names, and must have the digest below. A machine without a way out is given the
directory: make it elsewhere with ``python -m db_connection.spark_jars DIRECTORY`` and name it in
$JUPYTERLAB_REPLICA_JARS.
"""

from __future__ import annotations

import hashlib
import os
import sys
import urllib.error
import urllib.request
from pathlib import Path

from .contract import ErrorBody
from .errors import ReplicaError, error_from

MAVEN_CENTRAL = "https://repo1.maven.org/maven2"
PATIENCE_S = 60

#: Group, artifact, version and SHA-256, for pyspark 3.5, whose Hadoop is 3.3.4. Of the Amazon SDK only what
#: reading and writing S3 takes, rather than its bundle of all services.
JARS = (
    (
        "org.postgresql",
        "postgresql",
        "42.7.8",
        "2a32a9dcbc42d67a50ad3a0de5efd102c8d2be46720045f2cbd6689f160ab7c7",
    ),
    (
        "org.apache.hadoop",
        "hadoop-aws",
        "3.3.4",
        "53f9ae03c681a30a50aa17524bd9790ab596b28481858e54efd989a826ed3a4a",
    ),
    (
        "org.apache.spark",
        "spark-hadoop-cloud_2.12",
        "3.5.8",
        "9c9be6d3e185c2c9f53e66f8781f0fa32944882ced2c5c08945a78eb2f989ced",
    ),
    (
        "com.amazonaws",
        "aws-java-sdk-core",
        "1.12.262",
        "06fed99f929c389e168278c1b111aaf1afb270d07202fbbce92e73d1e4279678",
    ),
    (
        "com.amazonaws",
        "aws-java-sdk-s3",
        "1.12.262",
        "a0cb7580178bc0d4d3558295a5bb890008478da8a6b3241989c71238b0ed3be5",
    ),
    (
        "com.amazonaws",
        "aws-java-sdk-kms",
        "1.12.262",
        "c00f5ae7b334255f661d85512e7203af9523a04fb65d0c431c2eea2003ed8ae2",
    ),
    (
        "com.amazonaws",
        "aws-java-sdk-sts",
        "1.12.262",
        "659f48d8ebc02025c5042cc4b925f62610e81f334498f1b9e7a271ce20ecbcae",
    ),
    (
        "com.amazonaws",
        "aws-java-sdk-dynamodb",
        "1.12.262",
        "7af4ba06d0d9b3c2ab435089caecd0567810d203aa285f7aa72861f1964d442e",
    ),
    (
        "com.amazonaws",
        "jmespath-java",
        "1.12.262",
        "9001ea993a45d82a2d3086edcbda8a40b4e012d049a70fbf071fd329c0fbd777",
    ),
    (
        "com.fasterxml.jackson.dataformat",
        "jackson-dataformat-cbor",
        "2.15.2",
        "57ba89a43e631be2de67aeed846a659b15c6b82b7b254164f61bf3090ccc2ad1",
    ),
    ("joda-time", "joda-time", "2.12.5", "10628411ecb40c4634196c544f34681abdeef826f377096357433d1f9a135bc6"),
)


def ensure_jars(directory: Path | None = None) -> list[Path]:
    """Return the libraries' files, fetched where they are missing.

    Raises:
        ReplicaError: one cannot be fetched, or is another file than the one that this version was tried with.
    """
    named = os.environ.get("JUPYTERLAB_REPLICA_JARS")
    folder = directory or (Path(named) if named else _cache())
    folder.mkdir(parents=True, exist_ok=True)
    return [_ensure(folder, *jar) for jar in JARS]


def _cache() -> Path:
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "jupyterlab-replica" / "jars"


def _ensure(folder: Path, group: str, artifact: str, version: str, digest: str) -> Path:
    name = f"{artifact}-{version}.jar"
    file = folder / name
    if file.exists() and _digest(file.read_bytes()) == digest:
        return file
    mirror = os.environ.get("JUPYTERLAB_REPLICA_MAVEN", MAVEN_CENTRAL).rstrip("/")
    url = f"{mirror}/{group.replace('.', '/')}/{artifact}/{version}/{name}"
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE_S) as reply:
            content: bytes = reply.read()
    except (urllib.error.URLError, OSError) as error:
        raise _refused(f"The Java library {name} could not be fetched: {error}.", url) from error
    if _digest(content) != digest:
        raise _refused(f"What came for the Java library {name} is another file.", url)
    draft = file.with_suffix(f".{os.getpid()}")
    draft.write_bytes(content)
    draft.replace(file)
    return file


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _refused(message: str, url: str) -> ReplicaError:
    return error_from(
        ErrorBody(
            "bad-request",
            message,
            subject=url,
            action="Name a mirror of Maven Central in JUPYTERLAB_REPLICA_MAVEN, or fetch the libraries on a"
            " machine that can (python -m db_connection.spark_jars DIRECTORY) and name the directory in"
            " JUPYTERLAB_REPLICA_JARS.",
        )
    )


if __name__ == "__main__":
    for jar in ensure_jars(Path(sys.argv[1]) if len(sys.argv) > 1 else None):
        print(jar)
