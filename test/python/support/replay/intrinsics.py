"""CloudFormation's intrinsic functions, resolved against what has been created."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Created:
    """What `Ref` and `Fn::GetAtt` of a resource give."""

    ref: str
    attributes: Mapping[str, str] = field(default_factory=dict)


class Unresolved(Exception):
    """A reference to something that the replay did not create or does not know."""


class Resolver:
    def __init__(self, created: Mapping[str, Created], pseudo: Mapping[str, str]) -> None:
        self._created = created
        self._pseudo = pseudo

    def value(self, node: Any) -> Any:
        """`node` without intrinsic functions; keys whose value is AWS::NoValue are left out."""
        if isinstance(node, list):
            return [self.value(item) for item in node]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            ((name, argument),) = node.items()
            if name == "Ref":
                return self._ref(argument)
            if name.startswith("Fn::"):
                return self._function(name.removeprefix("Fn::"), argument)
        return {key: self.value(item) for key, item in node.items() if item != {"Ref": "AWS::NoValue"}}

    def _ref(self, name: str) -> str:
        if name in self._pseudo:
            return self._pseudo[name]
        return self._resource(name).ref

    def _function(self, name: str, argument: Any) -> Any:
        if name == "GetAtt":
            resource, _, attribute = (
                argument.partition(".") if isinstance(argument, str) else (argument[0], "", argument[1])
            )
            return self._attribute(resource, attribute)
        if name == "Join":
            separator, parts = argument
            return separator.join(str(part) for part in self.value(parts))
        if name == "Select":
            return self.value(argument[1])[int(argument[0])]
        if name == "Split":
            return self.value(argument[1]).split(argument[0])
        if name == "Base64":
            return base64.b64encode(self.value(argument).encode()).decode()
        if name == "Sub":
            return re.sub(r"\$\{([^}]+)\}", lambda match: self._substitute(match[1]), argument)
        raise Unresolved(f"Fn::{name}")

    def _substitute(self, name: str) -> str:
        resource, dot, attribute = name.partition(".")
        return self._attribute(resource, attribute) if dot else self._ref(name)

    def _attribute(self, resource: str, attribute: str) -> str:
        try:
            return self._resource(resource).attributes[attribute]
        except KeyError as error:
            raise Unresolved(f"{resource}.{attribute}") from error

    def _resource(self, name: str) -> Created:
        try:
            return self._created[name]
        except KeyError as error:
            raise Unresolved(name) from error


def references(node: Any) -> set[str]:
    """The names that `node` refers to."""
    if isinstance(node, list):
        return set().union(*map(references, node)) if node else set()
    if not isinstance(node, dict):
        return set()
    found: set[str] = set()
    for key, item in node.items():
        if key == "Ref":
            found.add(item)
        elif key == "Fn::GetAtt":
            found.add(item.split(".")[0] if isinstance(item, str) else item[0])
        elif key == "Fn::Sub":
            found |= {name.split(".")[0] for name in re.findall(r"\$\{([^}]+)\}", item)}
        else:
            found |= references(item)
    return found
