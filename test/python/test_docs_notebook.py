"""docs/notebook.md runs, cell by cell, in a kernel."""

from __future__ import annotations

import re

import pytest
from db_connection import Database
from db_connection.magic_line import FLAGS, VALUES
from support.kernel import kernel
from support.stack import ROOT, Stack

PAGE = (ROOT / "docs" / "notebook.md").read_text()
CELLS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


def test_every_cell_of_the_page_runs(stack: Stack, database: Database) -> None:
    assert len(CELLS) > 6
    environ = {**stack.environment, "JUPYTERLAB_REPLICA_SOCKET": database.socket_path}
    with kernel(environ) as running:
        for cell in CELLS:
            shown = running.run(cell.strip())
            assert shown.error is None, (cell, shown.printed, shown.traceback)


@pytest.mark.parametrize("option", [*VALUES, *FLAGS])
def test_every_option_is_on_the_page(option: str) -> None:
    assert f"`--{option}" in PAGE
