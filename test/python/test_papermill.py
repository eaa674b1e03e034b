"""A notebook that papermill runs, where no Jupyter server is near."""

from __future__ import annotations

from pathlib import Path

import nbformat
import papermill
import pytest
from nbformat import v4
from papermill.exceptions import PapermillExecutionError
from support.jupyter import SOURCES
from support.stack import Stack

FIRST = """last = 3
statement = "SELECT id, status FROM orders WHERE id <= :last ORDER BY id\""""
REST = [
    "from db_connection import db\nprint('rows', len(db.query(statement, {'last': last})))",
    "%load_ext db_connection",
    "%%sql ids\nSELECT id FROM orders WHERE id <= :last",
    """import asyncio
from concurrent.futures import ThreadPoolExecutor
several = await asyncio.gather(*(db.aquery("SELECT $1::int AS n", [n]) for n in range(3)))
with ThreadPoolExecutor(3) as pool:
    more = list(pool.map(db.scalar, ["SELECT 3", "SELECT 4"]))
print("numbers", [int(frame["n"][0]) for frame in several] + more, "ids", len(ids))""",
]


@pytest.fixture
def notebook(stack: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Cells with parameters; their kernel finds the replica's secret, and no gateway."""
    monkeypatch.delenv("JUPYTERLAB_REPLICA_SOCKET", raising=False)
    for name, value in {**stack.environment, "PYTHONPATH": SOURCES}.items():
        monkeypatch.setenv(name, value)
    cells = [v4.new_code_cell(FIRST, metadata={"tags": ["parameters"]})]  # type: ignore[no-untyped-call]
    cells += [v4.new_code_cell(source) for source in REST]  # type: ignore[no-untyped-call]
    path = tmp_path / "report.ipynb"
    python = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made = v4.new_notebook(cells=cells, metadata={"kernelspec": python})  # type: ignore[no-untyped-call]
    nbformat.write(made, path)  # type: ignore[no-untyped-call]
    return path


def run(notebook: Path, **parameters: object) -> str:
    done = papermill.execute_notebook(
        notebook, notebook.with_suffix(".out.ipynb"), parameters, kernel_name="python3", progress_bar=False
    )
    outputs = [output for cell in done.cells for output in cell.get("outputs", [])]
    return "".join(output.get("text", "") for output in outputs)


def test_a_notebook_runs_with_the_parameters_that_papermill_gives(notebook: Path) -> None:
    assert run(notebook, last=5).splitlines() == ["rows 5", "numbers [0, 1, 2, 3, 4] ids 5"]


def test_a_statement_that_fails_ends_the_run_with_its_message(notebook: Path) -> None:
    with pytest.raises(PapermillExecutionError, match="42703") as caught:
        run(notebook, statement="SELECT totl FROM orders WHERE id <= :last")
    assert caught.value.ename == "QueryFailed"
