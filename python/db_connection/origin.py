"""Who asks: shown in pg_stat_activity and in the gateway's list of running work."""

from __future__ import annotations

import os
import sys
from pathlib import PurePath


def origin() -> dict[str, str]:
    """Return kind ``kernel`` with the notebook's name, or ``script`` with the program's."""
    if "ipykernel" in sys.modules:
        notebook = os.environ.get("JPY_SESSION_NAME", "")
        return {"kind": "kernel", "label": PurePath(notebook).name or "notebook"}
    return {"kind": "script", "label": PurePath(sys.argv[0] if sys.argv else "").name or "python"}
