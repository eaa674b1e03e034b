"""docs/python.md and docs/coming-from.md run, and the first has every public name."""

from __future__ import annotations

import doctest
import re

import db_connection
import pytest
from db_connection import Database
from support.stack import ROOT, Stack

PAGE = (ROOT / "docs" / "python.md").read_text()


def examples(page: str) -> str:
    return "\n".join(re.findall(r"```python\n(.*?)```", (ROOT / page).read_text(), re.DOTALL))


EXAMPLES = examples("docs/python.md")


@pytest.mark.parametrize(("page", "at_least"), [("docs/python.md", 30), ("docs/coming-from.md", 10)])
def test_every_example_gives_what_the_page_says(
    stack: Stack, database: Database, monkeypatch: pytest.MonkeyPatch, page: str, at_least: int
) -> None:
    for name, value in stack.environment.items():
        if name.startswith("AWS_"):
            monkeypatch.setenv(name, value)
    monkeypatch.setenv("JUPYTERLAB_REPLICA_SOCKET", database.socket_path)
    test = doctest.DocTestParser().get_doctest(examples(page), {}, page, page, 0)
    assert len(test.examples) > at_least
    said: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL)
    failed = runner.run(test, out=said.append).failed
    assert failed == 0, "".join(said)


def test_every_public_name_is_on_the_page() -> None:
    for name in db_connection.__all__:
        assert re.search(rf"\b{name}\b", PAGE), name


#: What needs a query of the panel; test_held_results.py runs it.
NOT_RUN = {"result"}


def test_every_public_method_is_in_an_example() -> None:
    methods = {name for name in vars(Database) if not name.startswith("_")}
    assert {name for name in methods if not re.search(rf"\bdb\.{name}\b", EXAMPLES)} == NOT_RUN
    assert all(f"db.{name}" in PAGE for name in NOT_RUN)
