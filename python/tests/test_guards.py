"""The guards give the clear error (P2, P3, P9) and are no boundary."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from interlock_runner import modules

MESSAGE = "no subprocess: ask for commands.allow"


def deny(*names, rule="imports"):
    return {rule: {"allow_only": False, "deny": [{"name": n, "message": MESSAGE} for n in names]}}


def test_denied_import(supervisor):
    run = supervisor.run("import os\n\nimport subprocess\n", guards=deny("subprocess"))
    assert run.status == 1
    assert run.only("denied") == {
        "t": "denied", "rule": "imports", "name": "subprocess", "message": MESSAGE, "line": 3
    }  # fmt: skip
    error = run.only("error")
    assert (error["name"], error["message"], error["line"]) == ("DeniedImportError", MESSAGE, 3)
    assert "interlock_runner/" not in run.stderr


def test_every_spelling_of_an_import(supervisor):
    refused = (
        "import concurrent.futures",
        "from concurrent import futures",
        "from concurrent.futures import ThreadPoolExecutor",
        "import os, concurrent.futures.thread as t",
        "__import__('concurrent.futures')",
        "exec('import concurrent.futures')",
        "def f():\n    from concurrent.futures import wait\nf()",
        "class A:\n    import concurrent.futures",
    )
    for source in refused:
        run = supervisor.run(source, guards=deny("concurrent.futures"))
        assert (source, run.status, len(run.all("denied"))) == (source, 1, 1)
    for source in ("import concurrent", "import json", "from os import path"):
        run = supervisor.run(source, guards=deny("concurrent.futures"))
        assert (source, run.status, run.all("denied")) == (source, 0, [])


def test_it_can_be_caught_as_an_import_error(supervisor):
    source = "try:\n    import subprocess\nexcept ImportError as e:\n    print(e)\n"
    run = supervisor.run(source, guards=deny("subprocess"))
    assert (run.stdout, run.status) == (MESSAGE + "\n", 0)


def test_allow_list(supervisor):
    guards = {"imports": {"allow_only": True, "allow": ["json", "os.path", "helper"]}}
    for source in ("import json.decoder", "import os.path", "from os import path", "from json import loads, dumps"):
        assert supervisor.run(source, guards=guards).status == 0, source
    for source in ("import os", "from os import path, system", "import csv", "from os import system"):
        run = supervisor.run(source, guards=guards)
        assert run.status == 1, source
        assert run.only("denied")["message"].endswith(" is refused: imports.allow does not list it")


def test_an_empty_allow_list_allows_nothing(supervisor):
    run = supervisor.run("import math", guards={"imports": {"allow_only": True, "allow": []}})
    assert run.only("denied")["message"] == "import of math is refused: imports.allow does not list it"


def test_libraries_keep_the_real_ones(supervisor):
    # platform imports subprocess, collections.namedtuple calls eval or exec.
    source = "import uuid, platform\nfrom collections import namedtuple\nprint(namedtuple('P', 'x')(1), open)\n"
    guards = {**deny("subprocess", "ctypes"), **deny("eval", "exec", rule="builtins")}
    run = supervisor.run(source, guards=guards)
    assert (run.stderr, run.status) == ("", 0)


def test_imports_of_c_code_are_the_librarys_own(supervisor):
    # strptime is C that imports _strptime, as it were from the script's frame.
    source = "from datetime import datetime\nprint(datetime.strptime('2026', '%Y').year, f'{datetime(1, 2, 3):%m}')\n"
    guards = {"imports": {"allow_only": True, "allow": ["datetime"]}}
    run = supervisor.run(source, guards=guards)
    assert (run.stdout, run.stderr) == ("2026 02\n", "")


def test_a_list_of_names(supervisor):
    run = supervisor.run("print(__import__('os', fromlist=['path']).sep)", guards=deny("os.path"))
    assert run.only("denied")["name"] == "os.path"
    assert supervisor.run("__import__('csv', fromlist=[])", guards=deny("csv")).status == 1


def test_denied_builtin(supervisor):
    run = supervisor.run("x = 1\neval('x')\n", guards=deny("eval", rule="builtins"))
    assert run.only("denied")["rule"] == "builtins"
    assert run.only("denied")["line"] == 2
    assert run.only("error")["name"] == "DeniedBuiltinError"
    caught = "try:\n    open('x')\nexcept PermissionError as e:\n    print(e)\n"
    assert supervisor.run(caught, guards=deny("open", rule="builtins")).stdout == MESSAGE + "\n"


def test_a_rule_for_dunder_import_leaves_the_statement(supervisor):
    guards = deny("__import__", rule="builtins")
    assert supervisor.run("import json\nfrom os import path\n", guards=guards).status == 0
    run = supervisor.run("__import__('json')", guards=guards)
    assert run.only("denied")["name"] == "__import__"


def test_builtins_allow_list_is_about_the_sensitive_ones(supervisor):
    guards = {"builtins": {"allow_only": True, "allow": ["open"]}}
    assert supervisor.run("open('f', 'w').close(); print(len([]), int, ValueError)", guards=guards).status == 0
    assert supervisor.run("compile('1', '', 'eval')", guards=guards).only("denied")["name"] == "compile"


def test_modules_beside_the_script_are_guarded_too(supervisor):
    (supervisor.folder / "helper.py").write_text("import sys\nimport subprocess\n")
    run = supervisor.run("\nimport helper\n", guards=deny("subprocess"), local_modules=["helper"])
    assert run.only("denied")["line"] == 2
    assert 'helper.py", line 2' in run.stderr
    assert "interlock_runner/" not in run.stderr


def test_packages_beside_the_script(supervisor):
    package = supervisor.folder / "tools"
    package.mkdir()
    (package / "__init__.py").write_text("from . import inner\nfrom .inner import value\n")
    (package / "inner.py").write_text("value = 5\ndef bad():\n    import subprocess\n")
    source = "from tools import value\nimport tools.inner\nprint(value, tools.__file__)\ntools.inner.bad()\n"
    guards = {"imports": {**deny("subprocess")["imports"], "allow_only": True, "allow": []}}
    run = supervisor.run(source, guards=guards, local_modules=["tools"])
    assert run.stdout.startswith("5 ")
    assert run.only("denied")["name"] == "subprocess"


def test_a_cached_pyc_does_not_replace_the_source(supervisor):
    import subprocess

    helper = supervisor.folder / "helper.py"
    helper.write_text("value = 'evil'\n")
    compileall = "import py_compile; py_compile.compile('helper.py')"
    subprocess.run([supervisor.python, "-c", compileall], cwd=supervisor.folder, check=True)
    stat = helper.stat()
    helper.write_text("value = 'good'\n")
    import os

    os.utime(helper, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert supervisor.plain("import helper; print(helper.value)").stdout == "evil\n"
    assert supervisor.run("import helper; print(helper.value)", local_modules=["helper"]).stdout == "good\n"


def test_refusals_in_a_loop_do_not_flood(supervisor):
    source = "for _ in range(1000):\n    try:\n        import subprocess\n    except ImportError:\n        pass\n"
    first, counted = supervisor.run(source, guards=deny("subprocess")).all("denied")
    assert (first["line"], counted["line"], counted["count"]) == (3, 3, 1000)
    assert "count" not in first


def test_different_refusals_do_not_flood(supervisor):
    source = "".join("try: import subprocess\nexcept ImportError: pass\n" for _ in range(150))
    run = supervisor.run(source, guards=deny("subprocess"))
    assert len(run.all("denied")) == 100
    assert run.only("denied_more")["count"] == 50


def test_the_guards_are_no_boundary(supervisor):
    """They explain; docs/threat-model.md says so, and this is why."""
    run = supervisor.run("import importlib; importlib.import_module('subprocess')", guards=deny("subprocess"))
    assert run.status == 0


def test_what_runs_is_what_was_analysed(supervisor):
    """The folder may change between analysis and run: the pinned texts win."""
    helper = supervisor.folder / "helper.py"
    helper.write_text("value = 'changed'\n")
    script = supervisor.folder / "script.py"
    source = "import helper, inspect, pkg.deep\nprint(helper.value, pkg.deep.x)\nprint(inspect.getsource(helper))\n"
    pinned = [
        {"path": str(helper), "source": "value = 'analysed'\r\n"},
        {"path": str(supervisor.folder / "pkg/deep.py"), "source": "x = 1\n"},
        {"path": str(script), "source": source},
    ]
    run = supervisor.run(source, on_disk=False, local_modules=["helper", "pkg"], pinned=pinned)
    assert run.stderr == ""
    assert run.stdout.startswith("analysed 1\nvalue = 'analysed'")
    assert helper.read_bytes() == b"value = 'analysed'\r\n"
    assert sorted(p.name for p in supervisor.folder.iterdir()) == ["helper.py", "pkg", "script.py"]


def test_a_file_that_cannot_be_restored_stops_the_run(supervisor):
    run = supervisor.run("print('ran')", pinned=[{"path": "/proc/no/such/file.py", "source": ""}])
    assert (run.stdout, run.status) == ("", 1)
    assert run.only("error")["name"] == "FileNotFoundError"


def test_in_a_folder_that_may_only_be_read_a_file_stays_if_it_is_the_analysed_one(tmp_path, monkeypatch):
    def refused(path, source):
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(modules, "_replace", refused)
    helper = tmp_path / "helper.py"
    helper.write_text("x = 1\n")
    modules.Pinned([{"path": str(helper), "source": "x = 1\n"}]).restore()
    for source in ("x = 2\n", ""):
        with pytest.raises(PermissionError):
            modules.Pinned([{"path": str(helper), "source": source}]).restore()
    (tmp_path / "link.py").symlink_to(helper)
    with pytest.raises(PermissionError):
        modules.Pinned([{"path": str(tmp_path / "link.py"), "source": "x = 1\n"}]).restore()
