"""Every sample notebook runs in a kernel from top to bottom, and what it exports is what the table holds."""

from __future__ import annotations

import json
import re
from pathlib import Path

import nbformat
import pandas
import pytest
from db_connection import Database
from nbclient import NotebookClient
from support.jupyter import SOURCES
from support.stack import ROOT, Stack

NOTEBOOKS = sorted((ROOT / "sample-notebooks").glob("*.ipynb"))


@pytest.fixture
def kernel_environment(stack: Stack, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a kernel inherits from the Jupyter server."""
    environ = {**stack.environment, "PYTHONPATH": SOURCES}
    environ["JUPYTERLAB_REPLICA_SOCKET"] = database.socket_path
    for name, value in environ.items():
        monkeypatch.setenv(name, value)


#: What each notebook must show, wherever it stands in its outputs.
SHOWN = {
    "Batch_Predictions": [
        r"\['order_count', 'total_spent', 'average_order_value', 'days_since_signup'\]",
        "scored: True",
        "between 0 and 1: True",
    ],
    "Database_Connection_Examples": [
        r"Connected to localhost:\d+\S* .*replica",
        r"public +orders +table",
        "analytics +events",
        r"public +order_items +\d+",
        "delivered +[0-9.]+ +[0-9]+",
        r"first 100 rows · ",
        r"LINE 1: SELECT id, totl FROM orders\n +\^",
    ],
    "Explore_and_export": [
        "user_id +bigint",
        "total +float64",
        r"cancelled +delivered",
        "paid +[0-9.]+ ",
        r"Index Scan|Seq Scan",
        r"\[Decimal\('[0-9.]+'\), Decimal\('[0-9.]+'\), Decimal\('[0-9.]+'\)\]",
        "^True$",
    ],
    "Feature_Engineering": [
        "orders counted: True",
        "days_since_order +days_as_customer +cancelled_share",
        r"mean +[0-9.]+ +[0-9.]+ ",
    ],
    "Snapshot_and_Rerun": [
        "each item has its order: True",
        "one moment: True",
        r"'params': \{'status': 'paid'\}",
        "kept: True",
        "changed: False",
    ],
    "Streaming_Large_Tables": [
        "500,000 rows, never more than 100 MB at a time",
        r"found \[12345\]",
        "the same: True",
        "first 5 rows · ",
    ],
    "Training_Data_on_S3": [
        "rows in s3://jao-dev-data-science/training/dataset.parquet",
        "^the same$",
        "True +[0-9]+",
        "SELECT \\* FROM training_dataset ORDER BY user_id True",
    ],
}


def text_of(notebook: nbformat.NotebookNode) -> str:
    """All outputs as text: what was printed, and the plain text and HTML of what was displayed."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    data = [output.get("data", {}) for output in outputs]
    shown = [bundle.get("text/plain", "") + bundle.get("text/html", "") for bundle in data]
    return "\n".join([*(output.get("text", "") for output in outputs), *shown])


@pytest.mark.usefixtures("kernel_environment")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_sample_notebook_runs_and_shows_what_it_promises(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    text = text_of(notebook)
    for pattern in SHOWN[path.stem]:
        assert re.search(pattern, text, re.MULTILINE), f"{pattern} is not in\n{text}"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_sample_notebook_opens_with_what_it_teaches(path: Path) -> None:
    first = json.loads(path.read_text())["cells"][0]
    assert first["cell_type"] == "markdown"
    assert re.search(r"^# .+\n\n\*\*You learn\*\* to ", "".join(first["source"]))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_sample_notebook_is_kept_without_outputs(path: Path) -> None:
    cells = json.loads(path.read_text())["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)


@pytest.mark.usefixtures("kernel_environment")
def test_training_data_on_s3_is_the_table(database: Database) -> None:
    training_data = database.query("SELECT * FROM training_dataset")
    training_data.to_parquet("s3://jao-dev-data-science/training/dataset.parquet")
    back = pandas.read_parquet("s3://jao-dev-data-science/training/dataset.parquet")
    pandas.testing.assert_frame_equal(back, training_data)
