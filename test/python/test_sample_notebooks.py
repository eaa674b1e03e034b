"""Every sample notebook runs in a kernel from top to bottom, and what it exports is what the table holds."""

from __future__ import annotations

import json
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


@pytest.mark.usefixtures("kernel_environment")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_sample_notebook_runs(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()


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
