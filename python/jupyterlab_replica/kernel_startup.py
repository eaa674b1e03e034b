"""The PYTHONSTARTUP of what the Jupyter server starts: IPython kernels run it, and so do interactive Pythons.

It makes %%sql known, which IPython loads at its first use; until then nothing is imported. Afterwards it runs
the file that PYTHONSTARTUP named before. Kernels may be older than the server: any Python 3 can read this.
"""


def _start(names: dict) -> None:  # type: ignore[type-arg]
    import contextlib
    import os
    import sys

    def line_above(frame: object, include: object = None, exclude: object = None) -> object:
        if "db_connection" not in sys.modules:
            return None
        from db_connection.frame_header import mime_bundle

        return mime_bundle(frame)  # type: ignore[arg-type]

    # An IPython that is too old for this does without.
    with contextlib.suppress(Exception):
        from importlib.util import find_spec

        shell = names.get("get_ipython", lambda: None)()
        wanted = os.environ.get("JUPYTERLAB_REPLICA_MAGICS", "").lower() != "off"
        if shell is not None and wanted and find_spec("db_connection") is not None:
            for magic in ("sql", "replica", "sqlcancel", "sqltables"):
                shell.magics_manager.register_lazy(magic, "db_connection")
            bundles = shell.display_formatter.mimebundle_formatter
            for module in ("pandas", "pandas.core.frame"):
                bundles.for_type_by_name(module, "DataFrame", line_above)

    # Out of the environment while that file runs, which may be the like of this one.
    before = os.environ.pop("JUPYTERLAB_REPLICA_PYTHONSTARTUP", "")
    if os.path.isfile(before):
        try:
            with open(before) as source:
                exec(compile(source.read(), before, "exec"), names)
        finally:
            os.environ["JUPYTERLAB_REPLICA_PYTHONSTARTUP"] = before


try:
    _start(globals())
finally:
    del _start
