"""What stands behind `%%sql`: a name for the frame, options, and in the line form the statement."""

from __future__ import annotations

import difflib
import keyword
import re
from dataclasses import dataclass
from typing import Any

USAGE = """\
%%sql [NAME] [OPTIONS]
STATEMENT

    NAME              the frame lands in this variable; `NAME <<` means the same
    --limit N         read the first N rows
    --profile P       ask the replica of this connection profile
    --backend B       "numpy" (default) or "pyarrow", which keeps every digit
    --numeric N       "float64" (default) or "decimal"
    --force           make the frame although it is larger than the free memory
    --quiet           do not show the frame

%sql [NAME <<] [OPTIONS] STATEMENT does the same in one line.
:name in the statement is the value of the notebook's variable of that name."""

#: Options that take a value, with the values they take; None is any.
VALUES: dict[str, tuple[str, ...] | None] = {
    "limit": None,
    "profile": None,
    "backend": ("numpy", "pyarrow"),
    "numeric": ("float64", "decimal"),
}
FLAGS = ("force", "quiet")

#: A lone word that begins a statement is none of ours.
_STATEMENT_WORDS = {"EXPLAIN", "SELECT", "SHOW", "TABLE", "VALUES", "WITH"}
_ADDRESS = re.compile(r"[a-z][a-z0-9+]*://", re.IGNORECASE)


class MagicUsage(ValueError):
    """The line cannot be understood; the message says what was expected."""


@dataclass(frozen=True)
class MagicLine:
    """`name` is where the frame goes, or None; `options` are the arguments of `Database.query`."""

    sql: str
    name: str | None = None
    profile: str | None = None
    quiet: bool = False
    options: dict[str, Any] | None = None


def parse(line: str, cell: str | None) -> MagicLine:
    """Return what the line of a magic and its cell (None in the line form) ask for.

    Raises:
        MagicUsage: an option is unknown, lacks its value or has an impossible one, or there is no statement.
    """
    name, rest = _name(line.strip(), cell is not None)
    given, rest = _options(rest)
    if _ADDRESS.match(rest):
        raise MagicUsage(
            "The gateway knows where the replica is: leave the address out, or name a --profile."
        )
    sql = (rest if cell is None else f"{rest}\n{cell}" if rest else cell).rstrip()
    if not sql:
        raise MagicUsage(f"There is no statement.\n\n{USAGE}")
    return MagicLine(
        sql=sql,
        name=name,
        profile=given.get("profile"),
        quiet="quiet" in given,
        options={
            "limit": _count(given["limit"]) if "limit" in given else None,
            "dtype_backend": "pyarrow" if given.get("backend") == "pyarrow" else None,
            "numeric": given.get("numeric"),
            "force": "force" in given,
        },
    )


def _name(line: str, is_cell: bool) -> tuple[str | None, str]:
    """The variable, and what follows it."""
    arrow = re.match(r"(\S+)\s*<<\s*", line)
    if arrow:
        return _checked(arrow[1]), line[arrow.end() :]
    word = re.match(r"(\w+)\s*(?=$|--[a-z])", line)
    if is_cell and word and word[1].upper() not in _STATEMENT_WORDS:
        return _checked(word[1]), line[word.end() :]
    return None, line


def _checked(name: str) -> str:
    if not name.isidentifier() or keyword.iskeyword(name):
        raise MagicUsage(f"{name} cannot be a variable of Python.")
    return name


def _options(line: str) -> tuple[dict[str, str], str]:
    """Options by name, and what follows them. `-- ` begins a comment of SQL, not an option."""
    given: dict[str, str] = {}
    while option := re.match(r"--([a-z][\w-]*)(?:=(\S*))?\s*", line):
        name, value = option[1], option[2]
        line = line[option.end() :]
        if name in FLAGS and value is None:
            given[name] = ""
        elif name in VALUES:
            if value is None:
                value, line = (re.match(r"(\S*)\s*", line) or [""])[1], re.sub(r"^\S*\s*", "", line)
            given[name] = _value(name, value)
        else:
            near = difflib.get_close_matches(name, [*VALUES, *FLAGS], 1)
            meant = f" Did you mean --{near[0]}?" if near else ""
            raise MagicUsage(f"%sql has no option --{name}.{meant}\n\n{USAGE}")
    return given, line


def _value(name: str, value: str) -> str:
    value = value.strip("\"'")
    allowed = VALUES[name]
    if not value or (allowed is not None and value not in allowed):
        raise MagicUsage(f"--{name} takes {' or '.join(allowed) if allowed else 'a value'}.")
    return value


def _count(text: str) -> int:
    digits = text.replace("_", "").replace(",", "")
    if not digits.isdecimal():
        raise MagicUsage(f"--limit takes a number of rows, not {text}.")
    return int(digits)
