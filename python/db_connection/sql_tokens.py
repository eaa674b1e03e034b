"""SQL text cut into tokens, as src/sql/scan.ts does; a test runs both over the same texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple


class Token(NamedTuple):
    """A piece of SQL text from `start` to `end`, which is exclusive.

    `kind` is space, comment, word, quoted, string, number, semicolon or symbol.
    """

    kind: str
    start: int
    end: int


# PostgreSQL takes any character beyond ASCII for a letter.
_LETTER = "A-Za-z_\u0080-\U0010ffff"
_PATTERNS = [
    (kind, re.compile(pattern, re.ASCII | re.DOTALL))
    for kind, pattern in (
        ("space", r"\s+"),
        ("comment", r"--[^\r\n]*"),
        ("comment", r"/\*"),
        ("string", r"[Ee]'(?:[^\\']+|\\.|'')*(?:'|\\?\Z)"),
        ("string", r"'(?:[^']+|'')*(?:'|\Z)"),
        ("quoted", r'"(?:[^"]+|"")*(?:"|\Z)'),
        ("symbol", r"\$\d+"),
        ("dollar", rf"\$(?:[{_LETTER}][{_LETTER}\d]*)?\$"),
        ("word", rf"[{_LETTER}][{_LETTER}\d$]*"),
        ("number", r"\d[\w.]*"),
        ("semicolon", ";"),
        ("symbol", r"."),
    )
]
_COMMENT_EDGE = re.compile(r"/\*|\*/")


def tokens(text: str) -> Iterator[Token]:
    """Yield tokens that cover `text` without gaps, by the rules of PostgreSQL's scan.l.

    What is left open (a string, a comment) runs to the end of the text.
    """
    start = 0
    while start < len(text):
        token = _token_at(text, start)
        yield token
        start = token.end


def _token_at(text: str, start: int) -> Token:
    for kind, pattern in _PATTERNS:
        match = pattern.match(text, start)
        if match is None:
            continue
        if kind == "dollar":
            closing = text.find(match[0], match.end())
            return Token("string", start, len(text) if closing < 0 else closing + len(match[0]))
        end = _comment_end(text, start) if match[0] == "/*" else match.end()
        return Token(kind, start, end)
    raise AssertionError("the last pattern matches any character")


def _comment_end(text: str, start: int) -> int:
    """Block comments nest."""
    depth = 0
    for edge in _COMMENT_EDGE.finditer(text, start):
        depth += 1 if edge[0] == "/*" else -1
        if depth == 0:
            return edge.end()
    return len(text)
