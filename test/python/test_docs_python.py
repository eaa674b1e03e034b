"""docs/python.md and docs/coming-from.md run, and the first has every public name."""

from __future__ import annotations

import ast
import doctest
import re

import db_connection
import pytest
from db_connection import Database
from db_connection.contract import query_request
from db_connection.dataset import Dataset
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


def used(kind: type[ast.expr], name: str) -> set[str]:
    """The names, or the attributes, that the code of the examples has; no comments and no outputs."""
    sources = [example.source for example in doctest.DocTestParser().get_examples(EXAMPLES)]
    nodes = [node for source in sources for node in ast.walk(ast.parse(source))]
    return {getattr(node, name) for node in nodes if isinstance(node, kind)}


def test_every_public_name_is_in_an_example() -> None:
    assert set(db_connection.__all__) - used(ast.Name, "id") == set()


@pytest.mark.parametrize("public", [Database, Dataset])
def test_every_public_method_is_in_an_example(public: type) -> None:
    members = {name for name in dir(public) if not name.startswith("_")}
    assert members - used(ast.Attribute, "attr") == set()
