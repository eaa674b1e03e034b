"""What browses a catalog inside notebooks today, over the same catalog. Prints one JSON object a line.

Arguments: a schema, a table of it, and how often each is measured. The connection stands
in libpq's variables.
"""

import contextlib
import io
import json
import os
import statistics
import sys
import time
from base64 import b64encode
from collections.abc import Callable
from urllib.parse import quote


def main() -> None:
    schema, table, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
    for name, peer in (("jupyterlab-sql-explorer", sql_explorer), ("jupysql %sqlcmd", jupysql)):
        try:
            for metric, value in peer(schema, table, rounds).items():
                print(json.dumps({"case": name, "metric": metric, "value": round(value, 3), "unit": "s"}))
        except Exception as failure:  # A peer that does not run is told, and the next is measured.
            told = f"{type(failure).__name__}: {failure}".splitlines()[0]
            print(json.dumps({"case": name, "metric": "failed", "value": -1, "unit": told}))


def sql_explorer(schema: str, table: str, rounds: int) -> dict[str, float]:
    """The calls of its routes `dbtables` and `columns`, without Jupyter between."""
    entry = {
        **{"db_type": "2", "db_host": os.environ["PGHOST"], "db_port": os.environ["PGPORT"]},
        **{"db_name": os.environ["PGDATABASE"]},
        **{"db_user": os.environ["PGUSER"], "db_pass": os.environ["PGPASSWORD"]},
    }
    os.environ["DB_BENCH"] = b64encode(json.dumps(entry).encode()).decode()
    from jupyterlab_sql_explorer import db

    schemas = [found["name"] for found in db.get_schema_or_table("BENCH", None)]
    return {
        "schemas": timed(rounds, lambda: db.get_schema_or_table("BENCH", None)),
        "tables of a schema": timed(rounds, lambda: db.get_schema_or_table("BENCH", schema)),
        "columns of a table": timed(rounds, lambda: db.get_column_info("BENCH", schema, table)),
        "all tables": timed(1, lambda: [db.get_schema_or_table("BENCH", one) for one in schemas]),
    }


def jupysql(schema: str, table: str, rounds: int) -> dict[str, float]:
    """Its magic in an IPython shell, as a cell runs it."""
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    user, password = quote(os.environ["PGUSER"]), quote(os.environ["PGPASSWORD"])
    place = f"{os.environ['PGHOST']}:{os.environ['PGPORT']}/{os.environ['PGDATABASE']}"
    with contextlib.redirect_stdout(io.StringIO()):
        shell.run_line_magic("load_ext", "sql")
        shell.run_line_magic("sql", f"postgresql+psycopg2://{user}:{password}@{place}")

    def sqlcmd(line: str) -> None:
        with contextlib.redirect_stdout(io.StringIO()):
            str(shell.run_line_magic("sqlcmd", line))

    return {
        "tables of a schema": timed(rounds, lambda: sqlcmd(f"tables --schema {schema}")),
        "columns of a table": timed(rounds, lambda: sqlcmd(f"columns --schema {schema} --table {table}")),
    }


def timed(rounds: int, work: Callable[[], object]) -> float:
    seconds = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


main()
