"""The tables behind a `Database`: what there is, and how it is written in SQL."""

from __future__ import annotations

from collections.abc import Callable

import pandas

from .execution import Execution
from .gateway_client import GatewayClient
from .relations import (
    columns_frame,
    count_statement,
    countable,
    counts_frame,
    find_relation,
    of_schema,
    quoted,
    tables_frame,
)
from .statement import bind


class Catalog:
    """The part of `Database` that looks around. A table's name is "schema.table", or "table" where only
    one schema has it.
    """

    _find_client: Callable[[], GatewayClient]
    _execution: Execution

    def table(self, name: str) -> str:
        """Return a table's name safely quoted, for an f-string: ``f"SELECT * FROM {db.table('users')}"``.

        Raises:
            ReplicaError: there is no such table or view in the catalog (code ``not-found``).
        """
        return quoted(find_relation(self._find_client().relations(), name))

    def tables(self, schema: str | None = None) -> pandas.DataFrame:
        """Return the tables and views that the role can see, of one schema or all; one request, no scan.

        Columns: schema, table, kind, row_estimate and size_bytes (the planner's, NA where it has none),
        readable, partition_of, comment.
        """
        return tables_frame(of_schema(self._find_client().relations(), schema))

    def describe(self, name: str) -> pandas.DataFrame:
        """Return the columns of a table: column, type, nullable, primary_key, references, default, comment.

        What is raised is as for `table`.
        """
        client = self._find_client()
        relation = find_relation(client.relations(), name)
        return columns_frame(client.columns(relation.schema, relation.name))

    def row_counts(self, schema: str | None = None, *, approx: bool = True) -> pandas.DataFrame:
        """Return schema, table and rows of the tables that the role can read, of one schema or all.

        Approximate counts are the planner's, NA where it has none, and cost nothing; exact ones read the
        tables in one statement. Views are left out, partitions count with their table.
        """
        relations = countable(of_schema(self._find_client().relations(), schema))
        if approx or not relations:
            return counts_frame(relations, [relation.row_estimate for relation in relations])
        counted = self._execution.run(bind(count_statement(relations)))[0].table
        return counts_frame(relations, counted["rows"].to_pylist())
