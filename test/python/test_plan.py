"""Plans of a real standby."""

from __future__ import annotations

import pytest
from db_connection import Database, QueryFailed


def test_a_plan_is_text(database: Database) -> None:
    plan = database.explain(
        "SELECT * FROM orders o JOIN users u ON u.id = o.user_id WHERE o.id < :n", {"n": 5}
    )
    text = str(plan)
    assert " on orders o  (cost=" in text
    assert "\n    ->  " in text or "\n  ->  " in text
    assert "Cond: " in text
    assert "actual" not in text
    assert plan.execution_ms is None
    assert repr(plan) == text


def test_analyze_runs_the_statement(database: Database) -> None:
    plan = database.explain("SELECT count(*) FROM orders WHERE total < $1", [100], analyze=True)
    assert plan.root.actual_rows == 1
    assert plan.root.total_ms is not None
    assert plan.execution_ms is not None
    assert plan.execution_ms > 0
    text = str(plan)
    assert " 1 rows, 1 loops)" in text
    assert text.splitlines()[-1].startswith("Execution Time: ")


def test_a_plan_says_the_words_of_postgresql(database: Database) -> None:
    sql = "SELECT status, count(*) FROM orders WHERE id BETWEEN 1 AND 90 GROUP BY status ORDER BY 2"
    ours = [line.split("  (")[0].strip() for line in str(database.explain(sql)).splitlines()]
    theirs = database.query(f"EXPLAIN {sql}")["QUERY PLAN"].tolist()
    assert ours == [line.split("  (")[0].strip() for line in theirs]


def test_a_notebook_draws_a_table_and_nothing_of_the_statement_gets_out(database: Database) -> None:
    plan = database.explain("SELECT * FROM orders WHERE status::text = '<script>&'")
    drawn = plan._repr_html_()
    assert drawn.startswith("<table>")
    assert drawn.count("<tr>") == 1 + len(list(plan._walk()))
    assert "<script>" not in drawn
    assert "&lt;script&gt;&amp;" in drawn


def test_an_error_points_into_the_statement_without_explain(database: Database) -> None:
    with pytest.raises(QueryFailed) as caught:
        database.explain("SELECT totl FROM orders")
    assert str(caught.value).splitlines()[1:3] == ["LINE 1: SELECT totl FROM orders", " " * 15 + "^"]
