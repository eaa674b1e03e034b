"""Errors say what happened, where in the statement, and what to do."""

from __future__ import annotations

import db_connection
import pytest
from db_connection.contract import ErrorBody
from db_connection.errors import CODES, ReplicaError, error_from


def test_a_caret_stands_under_the_position() -> None:
    body = ErrorBody("syntax-error", 'syntax error at or near "FORM"', position=10, sqlstate="42601")
    error = error_from(body, "SELECT *\nFORM orders\nWHERE true")
    assert str(error).splitlines() == [
        'syntax error at or near "FORM"',
        "LINE 2: FORM orders",
        "        ^",
        "[syntax-error, SQLSTATE 42601]",
    ]


@pytest.mark.parametrize(
    ("sql", "marked", "indent"),
    [
        ("SELECT 'ü', x", "x", " " * 12),
        ("SELECT '漢字', x", "x", " " * 15),
        ("SELECT '🌍', x", "x", " " * 13),
        ("SELECT\tx", "x", " " * 6 + "\t"),
    ],
)
def test_the_caret_allows_for_wide_characters_and_tabs(sql: str, marked: str, indent: str) -> None:
    error = error_from(ErrorBody("query-failed", "no", position=sql.index(marked) + 1), sql)
    assert str(error).splitlines()[2] == " " * len("LINE 1: ") + indent + "^"


def test_a_position_just_after_the_end_is_shown() -> None:
    error = error_from(ErrorBody("syntax-error", "syntax error at end of input", position=7), "SELECT")
    assert str(error).splitlines()[1:3] == ["LINE 1: SELECT", "              ^"]


def test_detail_hint_and_action_follow() -> None:
    body = ErrorBody("permission-denied", "denied", detail="a", hint="b", action="Ask for: GRANT.")
    assert str(error_from(body)).splitlines() == [
        "denied",
        "Detail: a",
        "Hint: b",
        "Ask for: GRANT.",
        "[permission-denied]",
    ]


def test_every_code_has_a_class_of_the_public_tree() -> None:
    for code, error_class in CODES.items():
        error = error_from(ErrorBody(code, "what happened"))
        assert type(error) is error_class
        assert error.code == code
        assert getattr(db_connection, error_class.__name__) is error_class


def test_a_code_of_a_newer_gateway_is_still_an_error_of_ours() -> None:
    assert type(error_from(ErrorBody("never-heard-of", "what happened"))) is ReplicaError


def test_the_tree_in_the_docs_is_the_tree() -> None:
    from db_connection import errors

    for error_class in {*CODES.values()}:
        assert error_class.__name__ in (errors.__doc__ or "")
        assert issubclass(error_class, ReplicaError)
