"""How PostgreSQL runs a statement, drawn in a notebook and as text elsewhere."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# Properties of a node that say what it does with its rows, in the order PostgreSQL's own text has them.
DETAILS = (
    "Index Cond",
    "Recheck Cond",
    "Hash Cond",
    "Merge Cond",
    "Join Filter",
    "TID Cond",
    "Sort Key",
    "Presorted Key",
    "Group Key",
    "Filter",
    "One-Time Filter",
    "Rows Removed by Filter",
    "Rows Removed by Join Filter",
    "Heap Fetches",
    "Sort Method",
    "Workers Planned",
    "Workers Launched",
)


@dataclass(frozen=True)
class PlanNode:
    """One step. `rows` is the planner's estimate of each run; `actual_rows` and `total_ms` are of all runs.

    They are None without ANALYZE, and `total_ms` includes the steps below.
    """

    title: str
    details: Mapping[str, str]
    cost: float
    rows: float
    loops: float | None
    actual_rows: float | None
    total_ms: float | None
    children: Sequence[PlanNode]


@dataclass(frozen=True, repr=False)
class Plan:
    """What EXPLAIN says; ``str(plan)`` is its text, a notebook shows a table.

    Attributes:
        root: the last step, with those before it as its children.
        planning_ms, execution_ms: None without ANALYZE.
        document: PostgreSQL's own JSON.
    """

    root: PlanNode
    planning_ms: float | None
    execution_ms: float | None
    document: Mapping[str, Any]

    @classmethod
    def parse(cls, text: str) -> Plan:
        """Read the JSON of EXPLAIN. Raises KeyError, ValueError or IndexError when it is something else."""
        document = json.loads(text)[0]
        return cls(
            root=_node(document["Plan"]),
            planning_ms=document.get("Planning Time"),
            execution_ms=document.get("Execution Time"),
            document=document,
        )

    def __str__(self) -> str:
        lines: list[str] = []
        for depth, node in self._walk():
            lead = "" if depth == 0 else "  " * (3 * depth - 2) + "->  "
            lines.append(f"{lead}{node.title}  ({_figures(node)})")
            lines += [f"{'  ' * (3 * depth + 1)}{name}: {value}" for name, value in node.details.items()]
        return "\n".join([*lines, *self._times()])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        analyzed = self.root.total_ms is not None
        names = ["step", "rows (planned)", *(["rows", "ms"] if analyzed else []), "cost", "detail"]
        head = "".join(f"<th style='text-align:left'>{name}</th>" for name in names)
        body = "".join(_html_row(depth, node, analyzed) for depth, node in self._walk())
        below = "".join(f"<div>{line}</div>" for line in self._times())
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{below}"

    def _walk(self) -> Iterator[tuple[int, PlanNode]]:
        waiting = [(0, self.root)]
        while waiting:
            depth, node = waiting.pop()
            yield depth, node
            waiting += [(depth + 1, child) for child in reversed(node.children)]

    def _times(self) -> list[str]:
        times = (("Planning Time", self.planning_ms), ("Execution Time", self.execution_ms))
        return [f"{name}: {value:.3f} ms" for name, value in times if value is not None]


def _node(value: Mapping[str, Any]) -> PlanNode:
    loops = value.get("Actual Loops")
    actual, total = value.get("Actual Rows"), value.get("Actual Total Time")
    return PlanNode(
        title=_title(value),
        details={name: _text(value[name]) for name in DETAILS if name in value},
        cost=value["Total Cost"],
        rows=value["Plan Rows"],
        loops=loops,
        actual_rows=None if actual is None or loops is None else actual * loops,
        total_ms=None if total is None or loops is None else total * loops,
        children=[_node(child) for child in value.get("Plans", [])],
    )


def _title(value: Mapping[str, Any]) -> str:
    """PostgreSQL's own words, such as ``Index Scan using orders_pkey on public.orders o``."""
    title: str = value["Node Type"]
    if value.get("Strategy") in ("Hashed", "Sorted", "Mixed"):
        title = {"Hashed": "Hash", "Sorted": "Group", "Mixed": "Mixed"}[value["Strategy"]] + title
    if value.get("Join Type", "Inner") != "Inner":
        title = f"{title.removesuffix(' Join')} {value['Join Type']} Join"
    if value.get("Partial Mode", "Simple") != "Simple":
        title = f"{value['Partial Mode']} {title}"
    if value.get("Parallel Aware"):
        title = f"Parallel {title}"
    if "Index Name" in value:
        title += f" using {value['Index Name']}"
    name = value.get("Relation Name") or value.get("CTE Name") or value.get("Function Name")
    if name:
        title += f" on {value['Schema'] + '.' if 'Schema' in value else ''}{name}"
    alias = value.get("Alias")
    return f"{title} {alias}" if alias and alias != name else title


def _text(value: object) -> str:
    return ", ".join(str(item) for item in value) if isinstance(value, list) else str(value)


def _figures(node: PlanNode) -> str:
    planned = f"cost={node.cost:.2f} rows={node.rows:.0f}"
    if node.loops == 0:
        return f"{planned}, never executed"
    if node.actual_rows is None or node.total_ms is None:
        return planned
    return f"{planned}, actual {node.total_ms:.3f} ms, {node.actual_rows:.0f} rows, {node.loops:.0f} loops"


def _html_row(depth: int, node: PlanNode, analyzed: bool) -> str:
    details = "<br>".join(f"{name}: {html.escape(value)}" for name, value in node.details.items())
    step = f"<td style='text-align:left;padding-left:{depth * 1.5 + 0.5}em'>{html.escape(node.title)}</td>"
    figures = [f"{node.rows:,.0f}"]
    if analyzed:
        figures.append("" if node.actual_rows is None else f"{node.actual_rows:,.0f}")
        figures.append("" if node.total_ms is None else f"{node.total_ms:,.3f}")
    cells = "".join(f"<td>{figure}</td>" for figure in [*figures, f"{node.cost:,.2f}"])
    return f"<tr>{step}{cells}<td style='text-align:left'>{details}</td></tr>"
