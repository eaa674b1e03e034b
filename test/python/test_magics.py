"""`%%sql` and its like in a real kernel, as the Jupyter server starts it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from db_connection import Database
from jupyterlab_replica.extension import KERNEL_STARTUP
from support.eventually import eventually
from support.kernel import Kernel, kernel
from support.stack import SLOW, Stack

FRAME = "application/vnd.jupyterlab-replica.frame+json"


@pytest.fixture(scope="module")
def environ(stack: Stack, database: Database) -> dict[str, str]:
    return {
        **stack.environment,
        "JUPYTERLAB_REPLICA_SOCKET": database.socket_path,
        "PYTHONSTARTUP": str(KERNEL_STARTUP),
    }


@pytest.fixture(scope="module")
def notebook(environ: dict[str, str]) -> Iterator[Kernel]:
    with kernel(environ) as running:
        yield running


def test_the_magics_are_there_and_nothing_is_loaded_before_their_first_use(notebook: Kernel) -> None:
    assert notebook.value("[m for m in ('pandas', 'pyarrow') if m in __import__('sys').modules]") == "[]"
    assert notebook.value("[n for n in dir() if 'start' in n.lower()]") == "[]"
    shown = notebook.run("%%sql\nSELECT 1 AS one")
    assert shown.error is None, shown.traceback
    assert shown.bundles[0]["text/plain"] == "   one\n0    1"
    assert shown.printed == ""


def test_the_frame_lands_in_the_variable_and_is_shown_but_not_kept_in_out(notebook: Kernel) -> None:
    shown = notebook.run("%%sql df\nSELECT g FROM generate_series(1, 3) g")
    assert shown.results == [False]
    assert "3 rows" in shown.bundles[0]["text/html"]
    assert notebook.value("type(df).__name__, df['g'].tolist()") == "('DataFrame', [1, 2, 3])"


def test_the_arrow_of_jupysql_is_taken(notebook: Kernel) -> None:
    assert notebook.run("%%sql taken <<\nSELECT 4 AS four").error is None
    assert notebook.run("%sql line << SELECT 5 AS five").error is None
    assert notebook.value("int(taken['four'][0]), int(line['five'][0])") == "(4, 5)"


def test_the_line_form_gives_the_frame(notebook: Kernel) -> None:
    notebook.run("six = %sql SELECT 6 AS six")
    assert notebook.value("int(six['six'][0])") == "6"


def test_names_are_bound_from_the_variables_and_only_those_that_are_used(notebook: Kernel) -> None:
    notebook.run("wanted = [1, 2]; secret = 'hush'; n = 3")
    notebook.run("%%sql bound\nSELECT id, ':secret' AS text FROM orders WHERE id = ANY(:wanted) ORDER BY id")
    assert notebook.value("bound['id'].tolist(), bound['text'][0]") == "([1, 2], ':secret')"
    assert "hush" not in notebook.value("bound.attrs")


def test_names_are_bound_from_a_functions_own_variables(notebook: Kernel) -> None:
    notebook.run(
        "def ask(inner):\n    return get_ipython().run_line_magic('sql', 'SELECT :inner::int AS inner')"
    )
    assert notebook.value("int(ask(7)['inner'][0])") == "7"


def test_percent_dollar_and_braces_mean_what_they_mean_in_sql(notebook: Kernel) -> None:
    notebook.run("%sql odd << SELECT 7 % 4 AS rest, '{wanted} $wanted' AS text")
    assert notebook.value("int(odd['rest'][0]), odd['text'][0]") == "(3, '{wanted} $wanted')"


def test_options_choose_rows_and_flavour(notebook: Kernel) -> None:
    shown = notebook.run(
        "%%sql cut --limit 2 --backend pyarrow --quiet\nSELECT g FROM generate_series(1, 9) g"
    )
    assert shown.bundles == []
    assert notebook.value("len(cut), str(cut.dtypes['g']), cut.attrs['truncated']") == (
        "(2, 'int32[pyarrow]', True)"
    )
    notebook.run("%%sql exact --numeric decimal --quiet\nSELECT 0.10::numeric(4,2) AS money")
    assert notebook.value("repr(exact['money'][0])") == "Decimal('0.10')"


def test_the_notebooks_own_db_is_asked(notebook: Kernel) -> None:
    notebook.run(
        "from db_connection import connect, db as ready_made\n"
        "db = connect(socket_path=ready_made.socket_path, label='of my own')"
    )
    notebook.run("%sql who << SELECT current_setting('application_name') AS name")
    assert "of my own" in notebook.value("who['name'][0]")
    notebook.run("del db")


def test_an_error_is_short_and_shows_the_place(notebook: Kernel) -> None:
    shown = notebook.run("%%sql df\nSELECT id,\n       totl\nFROM orders")
    assert shown.error == "QueryFailed"
    text = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(shown.traceback))
    assert text.startswith('QueryFailed: column "totl" does not exist\nLINE 2:        totl\n')
    assert "Traceback" not in text
    assert "magics.py" not in text


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("%%sql\nSELECT :nobody", "There is no variable nobody for :nobody. Set it in a cell above."),
        ("%%sql --limt 3\nSELECT 1", "Did you mean --limit?"),
        ("%%sql df\n\n\n ", "There is no statement."),
        ("%%sql --profile nowhere\nSELECT 1", "profile"),
        ("odd_value = object()\n%sql SELECT :odd_value", ":odd_value cannot be bound"),
    ],
)
def test_what_cannot_be_run_is_told_without_a_traceback(notebook: Kernel, cell: str, message: str) -> None:
    shown = notebook.run(cell)
    assert shown.error is not None
    told = shown.printed + "\n".join(shown.traceback)
    assert message in told
    assert "magics.py" not in told


def test_interrupt_ends_the_statement_in_the_server(notebook: Kernel, stack: Stack) -> None:
    notebook.client.execute(f"%%sql\n{SLOW} -- interrupted magic")
    assert eventually(lambda: stack.running("interrupted magic") == 1, 20)
    notebook.manager.interrupt_kernel()
    assert eventually(lambda: stack.running("interrupted magic") == 0, 5)
    assert notebook.run("%%sql\nSELECT 1 AS one").error is None


def test_sqlcancel_ends_what_runs_in_a_thread(notebook: Kernel, stack: Stack) -> None:
    notebook.run(
        "import threading\nfrom db_connection import db\n"
        f"thread = threading.Thread(target=lambda: db.query({SLOW + ' -- in a thread'!r}), daemon=True)\n"
        "thread.start()"
    )
    assert eventually(lambda: stack.running("in a thread") == 1, 20)
    assert "1 cancelled in the server." in notebook.run("%sqlcancel").printed
    assert eventually(lambda: stack.running("in a thread") == 0, 5)
    assert "Nothing of this kernel is running." in notebook.run("%sqlcancel").printed


def test_sqltables_finds_by_part_and_by_pattern(notebook: Kernel) -> None:
    def names(line: str) -> str:
        notebook.run(f"found = %sqltables {line}")
        return notebook.value("found['schema'].str.cat(found['table'], '.').tolist()")

    assert "public.order_items" in names("order")
    assert names("public.*rders*") == "['public.orders']"
    assert "analytics.events" in names("ANALYTICS.*")
    assert "matches nothing_like_it" in notebook.run("%sqltables nothing_like_it").printed


def test_a_frame_of_db_has_the_line_and_its_heads_have_not(notebook: Kernel) -> None:
    notebook.run(
        "from db_connection import db\nframe = db.query('SELECT id FROM orders ORDER BY id LIMIT 20')"
    )
    (bundle,) = notebook.run("frame").bundles
    assert bundle[FRAME]["rows"] == 20
    assert bundle[FRAME]["sql"] == "SELECT id FROM orders ORDER BY id LIMIT 20"
    assert re.match(
        r'<div class="jp-ReplicaFrame-line">20 rows · \d.* · as of \d\d:\d\d:\d\d UTC</div>',
        bundle["text/html"],
    )
    (head,) = notebook.run("frame.head()").bundles
    assert FRAME not in head
    assert "jp-ReplicaFrame" not in head["text/html"]
    (other,) = notebook.run("import pandas\npandas.DataFrame({'a': [1]})").bundles
    assert set(other) == {"text/plain", "text/html"}


def test_parameters_are_told_to_the_page_and_secret_ones_are_not(notebook: Kernel) -> None:
    notebook.run("from db_connection import secret\ntoken = secret('hush'); wanted = 'paid'")
    (bundle,) = notebook.run("%%sql\nSELECT :wanted AS a, :token::text = 'hush' AS same").bundles
    assert bundle[FRAME]["parameters"] == [
        {"name": "wanted", "value": "paid", "secret": False},
        {"name": "token", "value": None, "secret": True},
    ]
    assert bundle["text/plain"].split() == ["a", "same", "0", "paid", "True"]


def test_the_rest_of_the_display_is_what_pandas_makes(notebook: Kernel) -> None:
    notebook.run("frame = db.query('SELECT id FROM orders ORDER BY id LIMIT 20')")
    (bundle,) = notebook.run("frame").bundles
    assert bundle["text/plain"] == notebook.value("repr(frame)")
    assert bundle["text/html"].partition("\n")[2] == notebook.value("frame._repr_html_()")
    notebook.run("pandas.set_option('display.notebook_repr_html', False)")
    (plain,) = notebook.run("frame").bundles
    notebook.run("pandas.reset_option('display.notebook_repr_html')")
    assert set(plain) == {"text/plain"}


def test_a_formatter_of_the_users_own_wins(notebook: Kernel) -> None:
    notebook.run(
        "html = get_ipython().display_formatter.formatters['text/html']\n"
        "html.for_type(pandas.DataFrame, lambda frame: '<b>mine</b>')"
    )
    (bundle,) = notebook.run("frame").bundles
    notebook.run("html.pop(pandas.DataFrame)")
    assert bundle["text/html"] == "<b>mine</b>"


JUPYSQL = """
from IPython.core.magic import Magics, magics_class, line_cell_magic
@magics_class
class SqlMagic(Magics):
    @line_cell_magic
    def sql(self, line, cell=None):
        print('somebody else')
SqlMagic.__module__ = SqlMagic.sql.__module__ = 'sql.magic'
get_ipython().register_magics(SqlMagic)
"""


def test_the_sql_of_another_package_stays_and_the_replica_has_a_name_of_its_own(
    environ: dict[str, str],
) -> None:
    with kernel(environ) as other:
        other.run(JUPYSQL)
        shown = other.run("%load_ext db_connection")
        assert shown.printed == (
            "%%sql stays with JupySQL in this kernel. The replica answers to %%replica.\n"
        )
        assert other.run("%%sql\nSELECT 1").printed == "somebody else\n"
        assert other.run("%%replica one\nSELECT 1 AS one").error is None
        assert other.value("int(one['one'][0])") == "1"


def test_a_kernel_may_go_without(environ: dict[str, str]) -> None:
    with kernel({**environ, "JUPYTERLAB_REPLICA_MAGICS": "off"}) as plain:
        assert "not found" in plain.run("%%sql\nSELECT 1").printed
        assert plain.run("%load_ext db_connection").error is None
        assert plain.run("%%sql\nSELECT 1").error is None
