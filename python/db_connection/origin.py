"""Who asks: shown in pg_stat_activity and in the gateway's list of running work."""

from __future__ import annotations

import os
import sys
from pathlib import PurePath


def origin(label: str | None = None) -> dict[str, str]:
    """Return kind ``kernel`` or ``script`` and a label; without one, the notebook's or program's name."""
    if _is_kernel():
        return {"kind": "kernel", "label": label or _name(os.environ.get("JPY_SESSION_NAME")) or "notebook"}
    return {"kind": "script", "label": label or _name(sys.argv[0] if sys.argv else None) or "python"}


def _is_kernel() -> bool:
    """A program that talks to kernels has parts of ipykernel loaded, and is none."""
    kernel = sys.modules.get("ipykernel.kernelapp")
    return kernel is not None and bool(kernel.IPKernelApp.initialized())


def _name(path: str | None) -> str:
    return PurePath(path or "").name
