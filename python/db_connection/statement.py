"""A statement with its values: what the user wrote, and what PostgreSQL gets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, TypeAlias

from .contract import ErrorBody
from .errors import ReplicaError, error_from
from .parameters import parameter_texts
from .secret_values import Secret
from .sql_tokens import tokens

Parameters: TypeAlias = "Sequence[object] | Mapping[str, object] | None"


class Edit(NamedTuple):
    """What stands at `start` to `end` in the place of `written_start` to `written_end`."""

    start: int
    end: int
    written_start: int
    written_end: int


@dataclass(frozen=True)
class Statement:
    """One statement. `sql` has $1, $2 … for the names in `written`; `params` are texts, None for NULL.

    `names` are those of the parameters, None where they have numbers; `secret` tells which are secret.
    """

    written: str
    sql: str
    params: Sequence[str | None]
    edits: Sequence[Edit] = ()
    names: Sequence[str] | None = None
    secret: Sequence[bool] = ()

    @property
    def recorded(self) -> Any:
        """The texts that were bound as JSON can hold them, a secret one as {"secret": True}."""
        texts = [{"secret": True} if hidden else text for text, hidden in self._values]
        return texts if self.names is None else dict(zip(self.names, texts, strict=True))

    @property
    def _values(self) -> Iterator[tuple[str | None, bool]]:
        return zip(self.params, self.secret or [False] * len(self.params), strict=True)

    def prefixed(self, prefix: str) -> Statement:
        """Return the statement behind `prefix`, as EXPLAIN wants it."""
        size = len(prefix)
        moved = [edit._replace(start=edit.start + size, end=edit.end + size) for edit in self.edits]
        return replace(self, sql=prefix + self.sql, edits=[Edit(0, size, 0, 0), *moved])

    def error(self, body: ErrorBody) -> ReplicaError:
        """Return the exception for what went wrong with `sql`, its position shown in what was written.

        PostgreSQL quotes values that it cannot read: a secret one is taken out.
        """
        for text in sorted((text for text, hidden in self._values if hidden and text), key=len, reverse=True):
            shown = {name: getattr(body, name) for name in ("message", "detail", "hint")}
            body = replace(
                body, **{name: value and value.replace(text, "…") for name, value in shown.items()}
            )
        if body.position is None:
            return error_from(body, self.written)
        return error_from(replace(body, position=self._written_position(body.position)), self.written)

    def _written_position(self, position: int) -> int:
        index = position - 1
        for edit in reversed(self.edits):
            if index >= edit.end:
                return edit.written_end + index - edit.end + 1
            if index >= edit.start:
                return edit.written_start + 1
        return position


def bind(sql: str, params: Parameters = None) -> Statement:
    """Return `sql` with values for its parameters: a list for $1, $2 …, or a mapping for :name.

    A mapping may hold more names than the statement uses. Nothing in a literal, a quoted name, a comment or a
    dollar quote is a parameter, nor is a cast (``::int``) or the colon of a slice (``a[1:n]``). Inside
    brackets a name that the mapping lacks is a column: ``a[:n]``.

    Raises:
        TypeError: `params` is neither, lacks a name, or holds a value that cannot be bound.
        ValueError: the statement or a value has half of a surrogate pair, which UTF-8 cannot hold.
    """
    _encodable(sql, "the statement")
    if not isinstance(params, Mapping):
        values = params or []
        return Statement(sql, sql, _checked(parameter_texts(params)), secret=_secrets(values))
    names: list[str] = []
    edits: list[Edit] = []
    pieces: list[str] = []
    done = size = 0
    for name, start, end in _named(sql, params):
        if name not in names:
            names.append(name)
        before = sql[done:start]
        # LIMIT$1 would be one name.
        space = " " if re.search(r"[\w$]", sql[:start][-1:]) else ""
        number = f"{space}${names.index(name) + 1}"
        pieces += [before, number]
        edits.append(Edit(size + len(before), size + len(before) + len(number), start, end))
        size = edits[-1].end
        done = end
    values = [params[name] for name in names]
    texts = _checked(parameter_texts(values))
    return Statement(sql, "".join([*pieces, sql[done:]]), texts, edits, names, _secrets(values))


def parameter_positions(sql: str, params: Parameters, names: Iterable[str | int]) -> list[int]:
    """Return where parameters stand in what `bind` gives, from 0; of a list they are positions already.

    Raises:
        ValueError: a name is not among the statement's parameters.
    """
    used: list[str] = []
    if isinstance(params, Mapping):
        used = list(dict.fromkeys(name for name, _, _ in _named(sql, params)))
    positions = []
    for name in names:
        if isinstance(name, str) and name not in used:
            raise ValueError(f"the statement has no parameter :{name}")
        positions.append(used.index(name) if isinstance(name, str) else name)
    return positions


def _named(sql: str, params: Mapping[str, object]) -> Iterator[tuple[str, int, int]]:
    """Each parameter's name, and where it stands with its colon."""
    subscripts: list[bool] = []  # for each open bracket and parenthesis whether it is a subscript
    value_ends = (
        False  # whether what has been read can be a value, which a subscript or a slice's colon follows
    )
    cast = False
    pieces = [(token, sql[token.start : token.end]) for token in tokens(sql)]
    for (token, text), (following, name) in zip(pieces, [*pieces[1:], (None, "")], strict=False):
        if token.kind in ("space", "comment"):
            cast = False
            continue
        if re.fullmatch(r"\$\d+", text):
            raise TypeError(
                f"the statement has {text}, which takes its value from a list; write :name to bind a dict"
            )
        in_subscript = bool(subscripts) and subscripts[-1]
        if text in ("[", "("):
            subscripts.append(text == "[" and value_ends)
        elif text in ("]", ")") and subscripts:
            subscripts.pop()
        elif text == ":" and following is not None and following.kind == "word" and not cast:
            if name in params and not (in_subscript and value_ends):
                yield name, token.start, following.end
            elif not in_subscript:
                raise TypeError(f"the statement asks for :{name}, which params lacks")
        cast = text == ":"
        value_ends = text in ("]", ")") or (
            token.kind not in ("symbol", "semicolon") and text.upper() != "ARRAY"
        )


def _secrets(values: Sequence[object]) -> list[bool]:
    return [isinstance(value, Secret) for value in values]


def _checked(texts: list[str | None]) -> list[str | None]:
    for text in texts:
        _encodable(text or "", "a parameter")
    return texts


def _encodable(text: str, what: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError(f"{what} has half of a surrogate pair at character {error.start + 1}") from error
