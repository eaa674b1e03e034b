"""Other ways from PostgreSQL to a frame, each as its documentation shows it.

Every case returns a function that reads the whole table once and gives its rows, and one that ends it.
A package that is not installed makes its case fail by name.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from io import BytesIO
from urllib.parse import quote

Read = Callable[[], "int | None"]
Case = tuple[Read, Callable[[], None]]


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
    address = uri("postgresql", "require")
    return lambda: connectorx.read_sql(address, select(table), return_type="arrow").num_rows, nothing


def connectorx_pandas(table: str) -> Case:
    import connectorx

    address = uri("postgresql", "require")
    return lambda: len(connectorx.read_sql(address, select(table))), nothing


def read_sql(table: str) -> Case:
    import pandas
    import sqlalchemy

    engine = sqlalchemy.create_engine(uri("postgresql+psycopg"))
    return lambda: len(pandas.read_sql(select(table), engine)), engine.dispose


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


PEERS: dict[str, Callable[[str], Case]] = {
    "adbc-arrow": adbc_arrow,
    "adbc-pandas": adbc_pandas,
    "connectorx-arrow": connectorx_arrow,
    "connectorx-pandas": connectorx_pandas,
    "read-sql": read_sql,
    "copy-csv-arrow": copy_csv,
}


def select(table: str) -> str:
    return f"SELECT * FROM {table}"


def uri(scheme: str, tls_mode: str | None = None) -> str:
    """The replica's address as libpq reads it. It stays inside this process."""
    value = os.environ.__getitem__
    login = f"{quote(value('PGUSER'))}:{quote(value('PGPASSWORD'))}"
    tls = f"sslmode={tls_mode or value('PGSSLMODE')}&sslrootcert={quote(value('PGSSLROOTCERT'))}"
    return f"{scheme}://{login}@{value('PGHOST')}:{value('PGPORT')}/{value('PGDATABASE')}?{tls}"


def nothing() -> None:
    return None
