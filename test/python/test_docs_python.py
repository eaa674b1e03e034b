"""docs/python.md and docs/coming-from.md run, and the first has every public name."""

from __future__ import annotations

import doctest
import re

import db_connection
import pytest
from db_connection import Database
from db_connection.contract import query_request
from db_connection.gateway_client import GatewayClient
from support.stack import ROOT, Stack


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
    names = {"panel_query": held_query(database)}
    test = doctest.DocTestParser().get_doctest(examples(page), names, page, page, 0)
    assert len(test.examples) > at_least
    said: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL)
    failed = runner.run(test, out=said.append).failed
    assert failed == 0, "".join(said)


def held_query(database: Database) -> str:
    """The id of a query as a panel starts it: its rows stay when nobody reads them."""
    client = GatewayClient(database.socket_path)
    request = query_request("SELECT generate_series(1, 3) AS g", [], {"kind": "panel", "label": "docs"})
    return client.start_query({**request, "cancelOnDisconnect": False}).query_id


def test_every_public_name_is_in_an_example() -> None:
    for name in db_connection.__all__:
        assert re.search(rf"\b{name}\b", EXAMPLES), name


def test_every_public_method_is_in_an_example() -> None:
    methods = {name for name in dir(Database) if not name.startswith("_")}
    assert {name for name in methods if not re.search(rf"\bdb\.{name}\b", EXAMPLES)} == set()
