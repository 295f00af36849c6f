"""What a run shows: displays, results, artifacts, figures (P18)."""

import base64
import json
import xml.etree.ElementTree
from pathlib import Path

import pytest


def test_last_expression_is_shown_and_not_printed(supervisor):
    run = supervisor.run("x = 20\nx + 1\n")
    assert run.stdout == ""
    shown = {"t": "display", "kind": "execute_result", "data": {"text/plain": "21"}, "metadata": {}}
    assert run.only("display") == shown


@pytest.mark.parametrize("source", ["x = 1", "None", "print(1)", "1;", "def f(): ...", "for i in [1]:\n    i"])
def test_nothing_to_show(supervisor, source):
    assert supervisor.run(source).all("display") == []


RICH = """
class Rich:
    def _repr_html_(self):
        return "<b>é</b>"
    def _repr_png_(self):
        return b"\\x89PNG"
    def _repr_json_(self):
        return {"a": [1, None]}
    def _repr_latex_(self):
        raise RuntimeError
    def _repr_markdown_(self):
        return "*m*", {"isolated": True}
    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"application/vnd.vega.v5+json": {"marks": []}}
    def __repr__(self):
        return "rich"
display(Rich(), "text", metadata={"k": 1})
class Mime:
    def _mime_(self):
        return "text/html", "<i>"
Mime()
"""


def test_rich_objects(supervisor):
    rich, text, last = supervisor.run(RICH).all("display")
    assert rich["data"] == {
        "text/html": "<b>é</b>",
        "text/markdown": "*m*",
        "image/png": base64.b64encode(b"\x89PNG").decode(),
        "application/json": {"a": [1, None]},
        "application/vnd.vega.v5+json": {"marks": []},
        "text/plain": "rich",
    }
    assert rich["metadata"] == {"text/markdown": {"isolated": True}, "k": 1}
    assert text["data"] == {"text/plain": "'text'"}
    assert last["data"]["text/html"] == "<i>"


def test_objects_that_answer_to_any_name(supervisor):
    source = "class A:\n    def __getattr__(self, n):\n        return lambda *a, **k: 'x'\ndisplay(A, A())\n"
    for frame in supervisor.run(source).all("display"):
        assert list(frame["data"]) == ["text/plain"]


def test_a_repr_that_fails(supervisor):
    run = supervisor.run("class A:\n    def __repr__(self):\n        1/0\nA()\n")
    assert run.only("display")["data"] == {"text/plain": "<A, whose repr raised ZeroDivisionError>"}
    assert run.status == 0


def test_every_frame_is_bounded(supervisor):
    source = "class A:\n    def _repr_html_(self):\n        return 'x' * 100_000\nresults = 'y' * 100_000\nA()\n"
    run = supervisor.run(source, limits={"frame": 20_000, "results": 5_000})
    assert "larger than 20000 bytes" in run.only("display")["data"]["text/plain"]
    assert run.all("results") == []
    assert [(f["limit"], f["count"]) for f in run.all("cut")] == [("figure", 1), ("results", 1)]


def test_an_error_is_sent_however_small_the_limit_on_figures(supervisor):
    run = supervisor.run("raise ValueError('x' * 5000)", limits={"frame": 100})
    assert run.only("error")["name"] == "ValueError"


def test_results(supervisor):
    source = "results = {'a': (1, 2.5, None, True), 'nan': float('nan'), 'inf': float('-inf'), 3: 'ä\\n', None: []}"
    expected = {"a": [1, 2.5, None, True], "nan": None, "inf": None, "3": "ä\n", "null": []}
    assert supervisor.run(source).only("results")["json"] == expected


def test_results_of_code_that_raised(supervisor):
    run = supervisor.run("results = {'steps': 3}\n1/0\n")
    assert [f["t"] for f in run.frames] == ["ready", "error", "results", "end"]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("{'when': [open]}", "results['when'][0] is a builtin_function_or_method"),
        ("{1, 2}", "results is a set"),
        ("1j", "results is a complex"),
        ("{(1, 2): 3}", "the key (1, 2) of results is a tuple"),
        ("10**5000", "too many digits"),
        ("[]; results.append(results)", "nested more than 100 deep"),
    ],
)
def test_results_that_json_cannot_say(supervisor, value, words):
    run = supervisor.run(f"results = {value}")
    assert words in run.only("results_error")["message"]
    assert run.status == 0


def test_save_artifact(supervisor):
    source = """
print(save_artifact("a/b.txt", "ä"))
save_artifact("c.bin", b"123")
save_artifact("d.json", {"x": [1]})
for name in ("../x", "/tmp/x", "", "."):
    try:
        save_artifact(name, "")
        print("saved", name)
    except ValueError:
        pass
"""
    run = supervisor.run(source)
    assert run.stdout == f"{supervisor.folder}/a/b.txt\n"
    assert (supervisor.folder / "a/b.txt").read_text(encoding="utf-8") == "ä"
    assert (supervisor.folder / "c.bin").read_bytes() == b"123"
    assert json.loads((supervisor.folder / "d.json").read_text()) == {"x": [1]}


PLOT = """
import matplotlib.pyplot as plt
for n in (1, 2):
    plt.figure()
    plt.plot([0, n], label="a")
    plt.show()
plt.figure(3)
plt.close(3)
"""


@pytest.fixture
def plots(here, tmp_path):
    pytest.importorskip("matplotlib")
    config = tmp_path / "mplconfig"
    config.mkdir()
    # DISPLAY makes matplotlib warn that agg has no window, unless told not to.
    env = {"MPLBACKEND": "agg", "MPLCONFIGDIR": str(config), "DISPLAY": ":77", "OPENBLAS_NUM_THREADS": "1"}
    here.plot = lambda source, **more: here.run(source, env=env, **more)
    return here


def test_every_open_figure_in_order(plots):
    run = plots.plot(PLOT)
    assert run.stderr == ""
    first, second = run.all("figure")
    for figure in (first, second):
        assert base64.b64decode(figure["data"]["image/png"]).startswith(b"\x89PNG\r\n\x1a\n")
        xml.etree.ElementTree.fromstring(figure["data"]["image/svg+xml"])
    assert first["data"]["image/png"] != second["data"]["image/png"]
    assert plots.plot(PLOT).all("figure") == [first, second], "the same code draws the same bytes"


def test_figures_of_code_that_raised(plots):
    run = plots.plot(PLOT + "raise ValueError")
    assert [f["t"] for f in run.frames] == ["ready", "error", "figure", "figure", "end"]


def test_a_figure_as_last_expression_is_shown_once(plots):
    run = plots.plot("import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nfig\n")
    assert list(run.only("display")["data"]) == ["text/plain"]
    run.only("figure")
    run = plots.plot("from matplotlib.figure import Figure\nFigure(figsize=(1, 1))\n")
    assert "image/png" in run.only("display")["data"]
    assert run.all("figure") == []


def test_figure_limits(plots):
    run = plots.plot(PLOT, limits={"figures": 1})
    assert len(run.all("figure")) == 1
    assert run.only("cut")["limit"] == "figures"
    run = plots.plot(PLOT, limits={"frame": 2000})
    assert run.all("figure") == []
    assert all("larger than 2000 bytes" in f["data"]["text/plain"] for f in run.all("display"))
    assert {f["limit"] for f in run.all("cut")} == {"figure"}


def test_a_figure_that_cannot_be_drawn(plots):
    run = plots.plot("import matplotlib.pyplot as plt\nplt.title('$\\\\nosuch$')\nplt.figure();\n")
    assert "figure 1 could not be drawn" in run.only("display")["data"]["text/plain"]
    run.only("figure")
    assert run.status == 0


def test_many_markers_make_no_svg(plots):
    run = plots.plot("import matplotlib.pyplot as plt\nplt.scatter(range(60_000), range(60_000))\n")
    assert list(run.only("figure")["data"]) == ["image/png"]


def test_numbers_of_numpy_and_tables_of_pandas(plots):
    pytest.importorskip("pandas")
    source = """
import numpy as np, pandas as pd
results = {"s": np.float64(1.5), "i": np.int32(2), "b": np.bool_(True), "a": np.eye(2), np.int64(7): np.nan}
pd.DataFrame({"a": [1, 2]})
"""
    run = plots.plot(source)
    assert run.only("results")["json"] == {"s": 1.5, "i": 2, "b": True, "a": [[1, 0], [0, 1]], "7": None}
    assert "<table" in run.only("display")["data"]["text/html"]
    refused = plots.plot("import pandas as pd\nresults = {'t': pd.DataFrame()}\n")
    assert "results['t'] is a DataFrame" in refused.only("results_error")["message"]


def test_the_runner_itself_imports_no_library(supervisor):
    """Its start is on every run: what a script does not use is not loaded."""
    source = "import sys\nprint(*sorted(m for m in sys.modules if not m.startswith('interlock_runner')))"
    plain, run = (set(r.stdout.split()) for r in (supervisor.plain(source), supervisor.run(source)))
    assert run - plain <= {"__future__", "_ast", "_json"}
    assert Path(supervisor.python).exists()
