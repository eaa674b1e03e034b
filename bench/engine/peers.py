"""Other ways from PostgreSQL to a frame, each as its documentation shows it.

Every case returns a function that reads the whole table once and gives its rows, and one that ends it.
A package that is not installed makes its case fail by name.
"""

from __future__ import annotations

import os
import ssl
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from urllib.parse import quote

Read = Callable[[], "int | None"]
Case = tuple[Read, Callable[[], None]]


class Written(NamedTuple):
    """A Parquet file that nobody keeps."""

    rows: int
    file_bytes: int


FileCase = tuple[Callable[[], Written], Callable[[], None]]


def adbc_arrow(table: str) -> Case:
    import adbc_driver_postgresql.dbapi as adbc

    connection = adbc.connect(uri("postgresql"))

    def read() -> int:
        with connection.cursor() as cursor:
            cursor.execute(select(table))
            return int(cursor.fetch_arrow_table().num_rows)

    return read, connection.close


def adbc_pandas(table: str) -> Case:
    import adbc_driver_postgresql.dbapi as adbc

    connection = adbc.connect(uri("postgresql"))

    def read() -> int:
        with connection.cursor() as cursor:
            cursor.execute(select(table))
            return len(cursor.fetch_df())

    return read, connection.close


def connectorx_arrow(table: str) -> Case:
    import connectorx

    # Its fastest protocol, binary, is the default. It does not know verify-full.
    address = uri("postgresql", verify=False)
    return lambda: connectorx.read_sql(address, select(table), return_type="arrow").num_rows, nothing


def connectorx_pandas(table: str) -> Case:
    import connectorx

    address = uri("postgresql", verify=False)
    return lambda: len(connectorx.read_sql(address, select(table))), nothing


def read_sql(table: str) -> Case:
    import pandas
    import sqlalchemy

    engine = sqlalchemy.create_engine(uri("postgresql+psycopg"))
    return lambda: len(pandas.read_sql(select(table), engine)), engine.dispose


def read_sql_psycopg2(table: str) -> Case:
    import pandas
    import sqlalchemy

    engine = sqlalchemy.create_engine(uri("postgresql+psycopg2"))
    return lambda: len(pandas.read_sql(select(table), engine)), engine.dispose


def polars_frame(table: str) -> Case:
    import polars

    # Its default engine is connectorx.
    address = uri("postgresql", verify=False)
    return lambda: len(polars.read_database_uri(select(table), address)), nothing


def jupysql(table: str) -> Case:
    """The magic in a shell of its own, which gives a DataFrame as most notebooks have it configured."""
    os.environ["PLOOMBER_STATS_ENABLED"] = "false"
    import sqlalchemy
    from IPython.core.interactiveshell import InteractiveShell

    engine = sqlalchemy.create_engine(uri("postgresql+psycopg"))
    # Standard output is for figures.
    with redirect_stdout(sys.stderr):
        shell = InteractiveShell.instance()
        shell.user_ns["engine"] = engine
        for line in ("load_ext sql", "config SqlMagic.autopandas = True", "config SqlMagic.feedback = 0"):
            shell.run_line_magic(*line.split(" ", 1))
        shell.run_line_magic("sql", "engine")

    def read() -> int:
        with redirect_stdout(sys.stderr):
            run: Any = shell.run_cell_magic
            return len(run("sql", "", select(table)))

    return read, engine.dispose


def copy_csv(table: str) -> Case:
    """COPY as CSV in one buffer, read by pyarrow: quick, but the types are guessed from the text."""
    import psycopg
    from pyarrow import csv

    connection = psycopg.connect(uri("postgresql"))

    def read() -> int:
        buffer = BytesIO()
        with connection.cursor().copy(f"COPY ({select(table)}) TO STDOUT (FORMAT csv, HEADER)") as copy:
            for piece in copy:
                buffer.write(piece)
        buffer.seek(0)
        return int(csv.read_csv(buffer, parse_options=csv.ParseOptions(newlines_in_values=True)).num_rows)

    return read, connection.close


def adbc_parquet(table: str) -> FileCase:
    """Record batches as they come into pyarrow's ParquetWriter."""
    import adbc_driver_postgresql.dbapi as adbc

    connection = adbc.connect(uri("postgresql"))

    def read() -> Written:
        with connection.cursor() as cursor:
            cursor.execute(select(table))
            return streamed(cursor.fetch_record_batch())

    return read, connection.close


def copy_csv_parquet(table: str) -> FileCase:
    """COPY as CSV through a pipe into pyarrow's streaming reader and its writer; types are guessed."""
    import subprocess

    from pyarrow import csv

    def read() -> Written:
        copy = f"COPY ({select(table)}) TO STDOUT (FORMAT csv, HEADER)"
        with subprocess.Popen(["psql", "--no-psqlrc", "--command", copy], stdout=subprocess.PIPE) as psql:
            options = csv.ParseOptions(newlines_in_values=True)
            return streamed(csv.open_csv(psql.stdout, parse_options=options))

    return read, nothing


def duckdb_parquet(table: str) -> FileCase:
    """Its extension for PostgreSQL as it is: as many connections as processors, and its own writer."""
    import duckdb
    import duckdb_extension_postgres_scanner as packaged

    connection = duckdb.connect()
    place = Path(packaged.__file__).parent / "extensions" / f"v{duckdb.__version__}"
    connection.load_extension(str(place / "postgres_scanner.duckdb_extension"))
    connection.execute(f"ATTACH '{uri('postgresql')}' AS replica (TYPE postgres, READ_ONLY)")
    folder = TemporaryDirectory()
    file = Path(folder.name) / "rows.parquet"

    def read() -> Written:
        copy = f"COPY (SELECT * FROM replica.{table}) TO '{file}' (FORMAT parquet, COMPRESSION zstd)"
        (rows,) = connection.execute(copy).fetchone() or (0,)
        return Written(int(rows), file.stat().st_size)

    def stop() -> None:
        connection.close()
        folder.cleanup()

    return read, stop


def read_sql_parquet(table: str) -> FileCase:
    import pandas
    import sqlalchemy

    engine = sqlalchemy.create_engine(uri("postgresql+psycopg"))

    def read() -> Written:
        frame = pandas.read_sql(select(table), engine)
        buffer = BytesIO()
        # pandas has UUIDs as objects that pyarrow does not take.
        for name in frame.columns:
            if len(frame) and type(frame[name].iloc[0]).__name__ in ("UUID", "dict"):
                frame[name] = frame[name].astype(str)
        frame.to_parquet(buffer, compression="zstd", index=False)
        return Written(len(frame), buffer.tell())

    return read, engine.dispose


def pg8000_connection() -> Any:
    """The driver that awswrangler takes."""
    import pg8000

    value = os.environ.__getitem__
    return pg8000.connect(
        user=value("PGUSER"),
        password=value("PGPASSWORD"),
        host=value("PGHOST"),
        port=int(value("PGPORT")),
        database=value("PGDATABASE"),
        ssl_context=ssl.create_default_context(cafile=value("PGSSLROOTCERT")),
    )


def awswrangler_parquet(table: str) -> FileCase:
    """Its reader, and the writer of pandas that its own calls, without its upload."""
    import awswrangler as wr

    connection = pg8000_connection()

    def read() -> Written:
        arrow = wr.postgresql.read_sql_query(select(table), con=connection, dtype_backend="pyarrow")
        buffer = BytesIO()
        arrow.to_parquet(buffer, compression="zstd", index=False)
        return Written(len(arrow), buffer.tell())

    return read, connection.close


def adbc_s3(table: str) -> FileCase:
    """As `adbc_parquet`, into an object; pyarrow sends its parts."""
    import adbc_driver_postgresql.dbapi as adbc
    import pyarrow.parquet as pq
    from pyarrow import fs

    connection = adbc.connect(uri("postgresql"))
    value = os.environ.__getitem__
    s3 = fs.S3FileSystem(endpoint_override=value("AWS_ENDPOINT_URL"), region=value("AWS_REGION"))
    path = f"{value('BENCH_BUCKET')}/adbc/{table}.parquet"

    def read() -> Written:
        with connection.cursor() as cursor:
            cursor.execute(select(table))
            batches = cursor.fetch_record_batch()
            rows = 0
            with pq.ParquetWriter(path, batches.schema, compression="zstd", filesystem=s3) as writer:
                for batch in batches:
                    writer.write_batch(batch)
                    rows += batch.num_rows
        return Written(rows, s3.get_file_info(path).size)

    return read, connection.close


def awswrangler_s3(table: str) -> FileCase:
    """Its reader and its own writer to S3."""
    import awswrangler as wr
    import boto3

    value = os.environ.__getitem__
    connection = pg8000_connection()
    key = f"awswrangler/{table}.parquet"

    def read() -> Written:
        frame = wr.postgresql.read_sql_query(select(table), con=connection, dtype_backend="pyarrow")
        path = f"s3://{value('BENCH_BUCKET')}/{key}"
        wr.s3.to_parquet(frame, path, compression="zstd", index=False)
        head = boto3.client("s3").head_object(Bucket=value("BENCH_BUCKET"), Key=key)
        return Written(len(frame), head["ContentLength"])

    return read, connection.close


def streamed(batches: Any) -> Written:
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.MockOutputStream()
    rows = 0
    with pq.ParquetWriter(sink, batches.schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_batch(batch)
            rows += batch.num_rows
    return Written(rows, sink.size())


FILE_PEERS: dict[str, Callable[[str], FileCase]] = {
    "adbc-parquet": adbc_parquet,
    "copy-csv-parquet": copy_csv_parquet,
    "duckdb-parquet": duckdb_parquet,
    "read-sql-parquet": read_sql_parquet,
    "awswrangler-parquet": awswrangler_parquet,
    "adbc-s3": adbc_s3,
    "awswrangler-s3": awswrangler_s3,
}

PEERS: dict[str, Callable[[str], Case]] = {
    "adbc-arrow": adbc_arrow,
    "adbc-pandas": adbc_pandas,
    "connectorx-arrow": connectorx_arrow,
    "connectorx-pandas": connectorx_pandas,
    "read-sql": read_sql,
    "read-sql-psycopg2": read_sql_psycopg2,
    "polars": polars_frame,
    "jupysql": jupysql,
    "copy-csv-arrow": copy_csv,
}


def select(table: str) -> str:
    return f"SELECT * FROM {table}"


def uri(scheme: str, *, verify: bool = True) -> str:
    """The replica's address as libpq reads it. It stays inside this process.

    Without `verify`, TLS for packages that cannot check the server; where TLS is off it stays off.
    """
    value = os.environ.__getitem__
    login = f"{quote(value('PGUSER'))}:{quote(value('PGPASSWORD'))}"
    mode = value("PGSSLMODE")
    tls_mode = mode if verify or mode == "disable" else "require"
    tls = f"sslmode={tls_mode}&sslrootcert={quote(value('PGSSLROOTCERT'))}"
    return f"{scheme}://{login}@{value('PGHOST')}:{value('PGPORT')}/{value('PGDATABASE')}?{tls}"


def nothing() -> None:
    return None
