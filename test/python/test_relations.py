"""The catalog as frames, and tables by the names that users write."""

from __future__ import annotations

import pandas
import pytest
from db_connection import Database, ReplicaError
from db_connection.contract import Column, Relation, parse_columns, parse_relations
from db_connection.relations import columns_frame, count_statement, find_relation, quoted, tables_frame
from support.stack import Stack
from test_contract import golden


def relation(schema: str, name: str) -> Relation:
    return Relation(schema, name, "table", None, None, None, None, True)


SEVERAL = [
    relation("public", "orders"),
    relation("public", "Orders"),
    relation("public", "users"),
    relation("old", "users"),
    relation("public", 'a"b.c'),
    relation("analytics", "events"),
]


def test_the_catalog_is_read_by_its_contract() -> None:
    orders, views = parse_relations(golden("catalog.json"))
    assert orders == Relation(
        "public", "orders", "table", 400_000, 52_428_800, "One row an order", None, True
    )
    assert views.partition_of == ("public", "page_views")
    assert not views.readable
    frame = tables_frame([orders, views])
    assert frame["row_estimate"].tolist() == [400_000, pandas.NA]
    assert frame["partition_of"].tolist()[1] == "public.page_views"


def test_columns_are_read_by_their_contract() -> None:
    columns = parse_columns(golden("columns.json"))
    assert columns[1] == Column(
        "user_id", "bigint", True, None, "Who ordered", False, ("public", "users", "id")
    )
    assert columns_frame(columns)["references"].tolist()[1] == "public.users.id"


@pytest.mark.parametrize(
    ("name", "sql"),
    [
        ("orders", '"public"."orders"'),
        ("public.orders", '"public"."orders"'),
        ('public."orders"', '"public"."orders"'),
        ("Orders", '"public"."Orders"'),
        ("ORDERS", '"public"."orders"'),
        ("Analytics.Events", '"analytics"."events"'),
        ("old.users", '"old"."users"'),
        ('public.a"b.c', '"public"."a""b.c"'),
        ('"public"."a""b.c"', '"public"."a""b.c"'),
    ],
)
def test_a_name_is_quoted_whatever_it_holds(name: str, sql: str) -> None:
    assert quoted(find_relation(SEVERAL, name)) == sql


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("users", "several tables users: public.users, old.users"),
        ("analytics.evnts", "Did you mean analytics.events?"),
        ("elsewhere.events", "Did you mean analytics.events?"),
        ("orders; DROP TABLE orders", "no table or view orders; DROP TABLE orders"),
        ("", "no table or view"),
    ],
)
def test_a_wrong_name_is_refused(name: str, said: str) -> None:
    with pytest.raises(ReplicaError) as caught:
        find_relation(SEVERAL, name)
    assert caught.value.code == "not-found"
    assert said in str(caught.value)


def test_a_table_is_named_by_text() -> None:
    with pytest.raises(TypeError, match="not by 7"):
        find_relation(SEVERAL, 7)  # type: ignore[arg-type]


def test_a_name_goes_into_a_statement(database: Database, stack: Stack) -> None:
    with stack.judge() as judge:
        expected = judge.execute("SELECT count(*) FROM analytics.events").fetchone()
    assert expected == (database.scalar(f"SELECT count(*) FROM {database.table('analytics.events')}"),)
    with pytest.raises(ReplicaError, match="There is no table or view ordres"):
        database.table("ordres")


def test_tables_are_those_of_the_database(database: Database, stack: Stack) -> None:
    frame = database.tables()
    with stack.judge() as judge:
        rows = judge.execute(
            "SELECT table_schema, table_name FROM information_schema.tables"
            " WHERE table_schema NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
    assert set(rows) <= set(zip(frame["schema"], frame["table"], strict=True))
    assert set(database.tables("analytics")["schema"]) == {"analytics"}
    assert database.tables("nowhere").shape == (0, frame.shape[1])


def test_describe_tells_types_and_keys(database: Database) -> None:
    frame = database.describe("orders").set_index("column")
    assert frame.loc["id", "primary_key"]
    assert frame.loc["total", "type"].startswith("numeric(")
    assert frame.loc["user_id", "references"] == "public.users.id"


def test_exact_counts_are_those_of_the_loop(database: Database, stack: Stack) -> None:
    frame = database.row_counts(approx=False)
    assert len(frame) > 5
    with stack.judge() as judge:
        for schema, table, rows in frame.itertuples(index=False):
            judged = judge.execute(f'SELECT count(*) FROM "{schema}"."{table}"'.encode()).fetchone()
            assert judged == (rows,), table


def test_estimates_come_without_a_statement(database: Database) -> None:
    before = database.last()
    frame = database.row_counts("public")
    assert database.last() is before
    estimate = frame.set_index("table").loc["orders", "rows"]
    assert estimate == pytest.approx(database.scalar("SELECT count(*) FROM orders"), rel=0.2)


def test_no_tables_have_no_counts(database: Database) -> None:
    assert database.row_counts("nowhere", approx=False).shape == (0, 3)


def test_all_tables_are_counted_by_one_statement() -> None:
    assert count_statement(SEVERAL[:2]) == (
        'SELECT 0 AS place, count(*) AS rows FROM "public"."orders"\n'
        'UNION ALL SELECT 1 AS place, count(*) AS rows FROM "public"."Orders"\n'
        "ORDER BY place"
    )
