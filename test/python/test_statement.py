"""Where a statement has parameters, and where something only looks like one."""

from __future__ import annotations

import json
import random
import subprocess
from typing import Any

import pytest
from db_connection import QueryFailed
from db_connection.contract import ErrorBody
from db_connection.sql_tokens import tokens
from db_connection.statement import bind
from support.stack import ROOT

VALUES = {"a": 1, "n": 2, "status": "paid", "größe": 3}


GOLDEN = json.loads((ROOT / "test/fixtures/sql/parameters.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", GOLDEN["cases"], ids=lambda case: case["written"])
def test_a_name_is_bound_where_postgresql_has_a_value(case: dict[str, Any]) -> None:
    assert list(VALUES) == GOLDEN["given"]
    statement = bind(case["written"], VALUES)
    assert statement.sql == case["sql"]
    assert statement.params == [str(VALUES[name]) for name in case["names"]]
    assert statement.written == case["written"]


def test_a_list_leaves_the_statement_as_it_is() -> None:
    sql = "SELECT $1, ':a', x[1:n], :a"
    assert bind(sql, [1]).sql == sql
    assert bind(sql).params == []


def test_a_name_without_a_value_is_named() -> None:
    with pytest.raises(TypeError, match=r"asks for :sttus, which params lacks"):
        bind("SELECT :sttus", VALUES)


def test_numbers_and_names_do_not_mix() -> None:
    with pytest.raises(TypeError, match=r"has \$1, which takes its value from a list"):
        bind("SELECT $1, :a", VALUES)


def test_half_a_surrogate_pair_is_refused_where_it_stands() -> None:
    with pytest.raises(ValueError, match="the statement has half of a surrogate pair at character 9"):
        bind("SELECT '\ud83c'")
    with pytest.raises(ValueError, match="a parameter has half"):
        bind("SELECT $1", ["\ud83c"])


@pytest.mark.parametrize("prefix", ["", "EXPLAIN "])
def test_an_error_is_shown_where_it_was_written(prefix: str) -> None:
    statement = bind("SELECT :größe,\n  :a + totl, :größe", VALUES).prefixed(prefix)
    position = statement.sql.index("totl") + 1
    error = statement.error(ErrorBody("query-failed", "no", position=position))
    assert isinstance(error, QueryFailed)
    assert str(error).splitlines()[1:3] == ["LINE 2:   :a + totl, :größe", " " * 15 + "^"]
    value = statement.error(ErrorBody("query-failed", "no", position=statement.sql.rindex("$1") + 2))
    assert value.body.position == statement.written.rindex(":größe") + 1


PIECES = [
    *"aEe'\"$:;[](){}%\\/*-\n\t ._19ü🌍",
    *("--", "/*", "*/", "::", "$1", "$$", "$t$", "E'", "''", "\\'", '""', "U&'", "SELECT", "a$b", "1.5e3"),
]


def test_text_is_cut_as_the_panel_cuts_it() -> None:
    chance = random.Random(5)
    texts = ["".join(chance.choices(PIECES, k=chance.randint(0, 12))) for _ in range(4000)]
    source = """
import { scan } from './src/sql/scan';
import { readFileSync } from 'node:fs';
const texts: string[] = JSON.parse(readFileSync(0, 'utf8'));
const cut = (text: string) => [...scan(text)].map(({ kind, from, to }) => [kind, text.slice(from, to)]);
process.stdout.write(JSON.stringify(texts.map(cut)));
"""
    judge = subprocess.run(
        [str(ROOT / "node_modules" / ".bin" / "tsx"), "-e", source],
        cwd=ROOT,
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=True,
    )
    for text, expected in zip(texts, json.loads(judge.stdout), strict=True):
        assert [[token.kind, text[token.start : token.end]] for token in tokens(text)] == expected, text
