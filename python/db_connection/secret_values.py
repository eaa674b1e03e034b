"""Values that are bound and told to nobody else."""

from __future__ import annotations


class Secret:
    """A parameter's value that is never shown: not in ``repr``, ``frame.attrs``, messages or history."""

    __slots__ = ("_value",)

    def __init__(self, value: object) -> None:
        self._value = value

    def reveal(self) -> object:
        """Return the value."""
        return self._value

    def __repr__(self) -> str:
        return "secret(…)"


def secret(value: object) -> Secret:
    """Mark a parameter's value as one that must not be recorded: ``{"token": secret(token)}``."""
    return Secret(value)
