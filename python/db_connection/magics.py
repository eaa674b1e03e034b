"""`%%sql`, `%sql`, `%sqlcancel` and `%sqltables` in IPython; docs/notebook.md shows them at work."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

import pandas
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import needs_local_scope, no_var_expand
from IPython.display import display

from . import frame_header
from .database import Database
from .errors import ReplicaError
from .magic_line import USAGE, MagicLine, MagicUsage, parse
from .statement import bind

#: What the replica always answers to, also where another package has %%sql.
OWN_NAME = "replica"
_RED, _PLAIN = "\x1b[31m", "\x1b[0m"


class ReplicaMagics:
    """The magics of one shell.

    Args:
        shell: whose variables are bound and set.
        default: asked where the notebook has no `db` of its own.
    """

    def __init__(self, shell: InteractiveShell, default: Database) -> None:
        self._shell = shell
        self._default = default
        self._asked: list[Database] = []

    @no_var_expand
    @needs_local_scope
    def sql(
        self, line: str, cell: str | None = None, local_ns: Mapping[str, Any] | None = None
    ) -> pandas.DataFrame | None:
        names = {**self._shell.user_ns, **(local_ns or {})}
        try:
            asked = parse(line, cell)
            database = self._database(names, asked.profile)
            params = values_of(asked.sql, names)
        except MagicUsage as error:
            raise UsageError(str(error)) from None
        frame = self._run(database, asked, params)
        if asked.name is None:
            return None if asked.quiet else frame
        self._shell.user_ns[asked.name] = frame
        if not asked.quiet:
            # Shown, not returned: Out would keep the rows in memory after the variable is gone.
            display(frame)  # type: ignore[no-untyped-call]
        return None

    sql.__doc__ = USAGE

    def sqlcancel(self, line: str) -> None:
        """%sqlcancel cancels in the server what this kernel is running in its threads and tasks."""
        databases = [*self._asked, self._database(self._shell.user_ns, None)]
        count = sum(database.cancel_all() for database in dict.fromkeys(databases))
        print(f"{count} cancelled in the server." if count else "Nothing of this kernel is running.")

    def sqltables(self, line: str) -> pandas.DataFrame | None:
        """%sqltables [PATTERN] shows tables and views; PATTERN is a part of the name, or has a *."""
        try:
            tables = self._database(self._shell.user_ns, None).tables()
        except ReplicaError as error:
            _fail(error)
        found: pandas.DataFrame = tables[_matching(tables, line.strip())].reset_index(drop=True)
        if found.empty:
            print(f"No table or view that this role can see matches {line.strip()}.")
            return None
        return found

    def _run(self, database: Database, asked: MagicLine, params: dict[str, Any] | None) -> pandas.DataFrame:
        try:
            return database.query(asked.sql, params, **(asked.options or {}))
        except (ReplicaError, KeyboardInterrupt) as error:
            _fail(error)

    def _database(self, names: Mapping[str, Any], profile: str | None) -> Database:
        own = names.get("db")
        database = own if isinstance(own, Database) else self._default
        if profile is not None:
            database = database.profile(profile)
        if database not in self._asked:
            self._asked.append(database)
        return database


class _Names(Mapping[str, object]):
    """Has the names of a namespace, and remembers which it was asked for."""

    def __init__(self, names: Mapping[str, object]) -> None:
        self._names = names
        self.asked: list[str] = []

    def __contains__(self, name: object) -> bool:
        self.asked.append(str(name))
        return name in self._names

    def __getitem__(self, name: str) -> None:
        return None

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def values_of(sql: str, names: Mapping[str, object]) -> dict[str, object] | None:
    """Return the variables that the statement's :names mean, or None where it has none.

    Raises:
        MagicUsage: there is no such variable, or its value cannot be bound.
    """
    asked = _Names(names)
    try:
        bind(sql, asked)
    except TypeError as error:
        name = asked.asked[-1] if asked.asked else ""
        if not name or name in names:
            raise MagicUsage(f"{error}.") from None
        raise MagicUsage(f"There is no variable {name} for :{name}. Set it in a cell above.") from None
    except ValueError as error:
        raise MagicUsage(f"{error}.") from None
    values = {name: names[name] for name in dict.fromkeys(asked.asked) if name in names}
    for name, value in values.items():
        try:
            bind(f":{name}", {name: value})
        except TypeError as error:
            raise MagicUsage(f":{name} cannot be bound: {error}.") from None
    return values or None


def _matching(tables: pandas.DataFrame, pattern: str) -> list[bool]:
    wanted = pattern.lower() if "*" in pattern else f"*{pattern.lower()}*"
    pairs = zip(tables["schema"], tables["table"], strict=True)
    return [
        any(fnmatch.fnmatchcase(name.lower(), wanted) for name in (table, f"{schema}.{table}"))
        for schema, table in pairs
    ]


def _fail(error: ReplicaError | KeyboardInterrupt) -> NoReturn:
    """Raise the error so that IPython shows what it says and no traceback through this package."""
    what = str(error) if isinstance(error, ReplicaError) else "The statement was cancelled in the server."
    lines = [f"{_RED}{type(error).__name__}{_PLAIN}: {what}"]
    # https://ipython.readthedocs.io/en/stable/config/integrating.html
    setattr(error, "_render_traceback_", lambda: lines)  # noqa: B010
    raise error


def register(shell: InteractiveShell, default: Database) -> None:
    """Add the magics and the frames' header to a shell; %%sql only where no other package has it."""
    magics = ReplicaMagics(shell, default)
    other = _other_sql(shell)
    # IPython's annotation of this bound method counts the shell among its arguments.
    add: Any = shell.register_magic_function
    for name in (OWN_NAME,) if other else (OWN_NAME, "sql"):
        add(magics.sql, "line_cell", name)
    add(magics.sqlcancel, "line", "sqlcancel")
    add(magics.sqltables, "line", "sqltables")
    frame_header.register(shell)
    if other:
        print(f"%%sql stays with {other} in this kernel. The replica answers to %%{OWN_NAME}.")


def _other_sql(shell: InteractiveShell) -> str | None:
    """Who else has %%sql, by a name that its users know."""
    magics = shell.magics_manager.magics
    holder = magics["cell"].get("sql") or magics["line"].get("sql")
    # A placeholder that IPython keeps for a magic that is loaded at its first use.
    if holder is None or getattr(holder, "spec", None) == __package__:
        return None
    module = str(getattr(holder, "__module__", type(holder).__module__))
    if module.split(".")[0] == __package__:
        return None
    return "JupySQL" if module.split(".")[0] == "sql" else module
