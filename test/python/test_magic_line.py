"""What the line of %%sql and %sql is taken for."""

from __future__ import annotations

import pytest
from db_connection.magic_line import MagicLine, MagicUsage, parse

NO_OPTIONS = {"limit": None, "dtype_backend": None, "numeric": None, "force": False}


def test_a_cell_without_a_line_is_its_statement() -> None:
    assert parse("", "SELECT 1\n") == MagicLine("SELECT 1", options=NO_OPTIONS)


@pytest.mark.parametrize("line", ["df", "df <<", "df<<", " df  << "])
def test_the_frame_lands_in_a_variable(line: str) -> None:
    asked = parse(line, "SELECT 1")
    assert (asked.name, asked.sql) == ("df", "SELECT 1")


@pytest.mark.parametrize(
    "line",
    [
        "df --limit 1_000 --profile prod --backend pyarrow --numeric decimal --quiet --force",
        "df << --limit=1,000 --profile='prod' --backend=pyarrow --numeric=decimal --force --quiet",
    ],
)
def test_options_stand_behind_the_name(line: str) -> None:
    asked = parse(line, "SELECT 1")
    assert (asked.name, asked.profile, asked.quiet) == ("df", "prod", True)
    assert asked.options == {"limit": 1000, "dtype_backend": "pyarrow", "numeric": "decimal", "force": True}


def test_the_defaults_can_be_named() -> None:
    asked = parse("--backend numpy --numeric float64", "SELECT 1")
    assert asked.options == {**NO_OPTIONS, "numeric": "float64"}


@pytest.mark.parametrize(
    ("line", "sql"),
    [
        ("SELECT *", "SELECT *\nFROM orders"),
        ("select", "select\nFROM orders"),
        ("WITH", "WITH\nFROM orders"),
        ("-- all of them", "-- all of them\nFROM orders"),
        ("--limit 5 TABLE orders", "TABLE orders\nFROM orders"),
    ],
)
def test_a_statement_may_begin_on_the_line(line: str, sql: str) -> None:
    assert (parse(line, "FROM orders").name, parse(line, "FROM orders").sql) == (None, sql)


@pytest.mark.parametrize(
    ("line", "name", "sql"),
    [
        ("SELECT 1 -- one", None, "SELECT 1 -- one"),
        ("df << SELECT 1 << 2", "df", "SELECT 1 << 2"),
        ("df << --limit 5 SELECT 1", "df", "SELECT 1"),
        ("orders", None, "orders"),
    ],
)
def test_the_line_form_holds_the_statement(line: str, name: str | None, sql: str) -> None:
    asked = parse(line, None)
    assert (asked.name, asked.sql) == (name, sql)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("--limt 5", "has no option --limt. Did you mean --limit?"),
        ("--persist df", "has no option --persist"),
        ("--limit many", "--limit takes a number of rows, not many."),
        ("--limit -1", "--limit takes a number of rows"),
        ("--backend polars", "--backend takes numpy or pyarrow."),
        ("--profile", "--profile takes a value."),
        ("class << ", "class cannot be a variable"),
        ("a.b << ", "a.b cannot be a variable"),
        ("postgresql://me:secret@host/db", "leave the address out"),
    ],
)
def test_what_cannot_be_meant_is_told(line: str, message: str) -> None:
    with pytest.raises(MagicUsage, match=message.replace(".", r"\.").replace("?", r"\?")) as told:
        parse(line, "SELECT 1")
    assert "secret" not in str(told.value)


@pytest.mark.parametrize(("line", "cell"), [("", ""), ("df", " \n"), ("", None), ("df << ", None)])
def test_a_missing_statement_shows_how_to_write_one(line: str, cell: str | None) -> None:
    with pytest.raises(MagicUsage, match=r"There is no statement\.\n\n%%sql \[NAME\]"):
        parse(line, cell)
