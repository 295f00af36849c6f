"""The script is the real __main__: what it can see of itself is what python shows it."""

import re
import textwrap

import pytest

# Everything that a script may look at, printed by both and compared.
SAME = {
    "attributes": """
        print(sorted(k for k in globals() if k != "__builtins__"))
        print(__name__, __file__, __doc__, __package__, __spec__, type(__loader__).__name__)
        print(type(__builtins__).__name__)
        import sys
        print(sys.modules["__main__"].__dict__ is globals(), sys.argv, sys.path[0])
    """,
    "docstring": '"What this is."\nprint(__doc__)',
    "traceback": "def f(n):\n    return 1 / n\n\n\ndef g():\n    f(0)\n\n\ng()\n",
    "chained": "try:\n    {}['a']\nexcept KeyError as e:\n    raise ValueError('no a') from e\n",
    "group": "raise ExceptionGroup('two', [ValueError(1), TypeError(2)])",
    "nested import error": "import json\nimport no_such_module_here\n",
    "multi-line": "x = [1, 2]\nprint(\n    x[0],\n    x[5],\n)\n",
    "syntax": "x = (1,\ny = 2\n",
    "indent": "if True:\nprint(1)\n",
    "syntax warning": "x = 1\nif x is 1:\n    print('is')\ny = '\\d'\n",
    "future": "from __future__ import annotations\ndef f(x: NoSuch): ...\nprint(f.__annotations__)\n",
    "exit 3": "import sys\nprint('a')\nsys.exit(3)",
    "exit text": "import sys\nsys.exit('went wrong')",
    "exit none": "raise SystemExit",
    "exit 257": "raise SystemExit(257)",
    "exit -1": "raise SystemExit(-1)",
    "exit object": "raise SystemExit([1, 2])",
    "exit true": "raise SystemExit(True)",
    "os._exit": "import os\nprint('lost or not', flush=True)\nos._exit(7)",
    "killed": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
    "aborted": "import os\nos.abort()",
    "interrupted": "raise KeyboardInterrupt",
    "own excepthook": "import sys\nsys.excepthook = lambda t, v, tb: print('hook', t.__name__, v)\nraise ValueError(5)",
    "broken excepthook": """
        import sys
        def hook(t, v, tb):
            raise TypeError("in the hook")
        sys.excepthook = hook
        raise ValueError(5)
    """,
    "atexit": """
        import atexit
        atexit.register(print, "last")
        print("first")
    """,
    "thread": """
        import threading, time
        def work():
            time.sleep(0.1)
            print("thread done")
        threading.Thread(target=work).start()
        print("main done")
    """,
    "pool thread left open": """
        from concurrent.futures import ThreadPoolExecutor
        pool = ThreadPoolExecutor(2)
        print(pool.submit(sum, [1, 2]).result())
    """,
    "fork": """
        import os, sys
        pid = os.fork()
        if pid:
            os.waitpid(pid, 0)
        print("parent" if pid else "child", flush=True)
    """,
    "unflushed": "import sys\nsys.stdout.write('no newline')",
    "closed stdout": "import sys\nsys.stdout.close()",
    "del at exit": """
        class A:
            def __del__(self):
                import os
                print("deleted", os.name)
        a = A()
    """,
    "stdin": "print(input()[::-1], input())",
    "text": "print('Größe Ω 日本 \\N{SNOWMAN}')",
    "pickle": """
        import pickle
        class Point:
            x = 1
        print(pickle.loads(pickle.dumps(Point())).x, Point.__module__)
    """,
    "inspect": "import inspect\ndef f():\n    return 1\nprint(inspect.getsource(f))\n",
    "dataclass": "from dataclasses import dataclass\n@dataclass\nclass A:\n    x: int = 1\nprint(A())\n",
    "warning": "import warnings\nwarnings.warn('careful')\n",
    "recursion": "def f():\n    f()\ntry:\n    f()\nexcept RecursionError:\n    print('deep')\n",
    "match as last": "match 3:\n    case 3:\n        print('three')\n",
    "empty": "",
    "only a comment": "# nothing\n",
    "BOM": "\ufeffprint('after the mark')",
    "CRLF": "print(1)\r\nx = '''a\r\nb'''\r\nprint(repr(x))\r\n",
    "cookie": "# -*- coding: utf-8 -*-\nprint('ä')\n",
}


def dedent(source):
    return textwrap.dedent(source) if source.startswith("\n") else source


@pytest.mark.parametrize("source", [pytest.param(dedent(s), id=i) for i, s in SAME.items()])
def test_as_plain_python(supervisor, source):
    plain = supervisor.plain(source, stdin=b"abc\nd\n")
    run = supervisor.run(source, stdin=b"abc\nd\n")
    assert (run.stdout, _steady(run.stderr), run.status) == (plain.stdout, _steady(plain.stderr), plain.status)


def _steady(text):
    return re.sub("0x[0-9a-f]+", "0x", text)


def test_end_carries_the_status(supervisor):
    for source, status in (("", 0), ("raise SystemExit(3)", 3), ("1/0", 1), ("raise SystemExit('x')", 1)):
        run = supervisor.run(source)
        assert run.frames[-1] == {"t": "end", "exit": status}
        assert run.status == status


def test_ready_comes_first(supervisor):
    ready = supervisor.run("").frames[0]
    assert ready["t"] == "ready"
    assert ready["version"].split(".")[:2] == [str(ready["hexversion"] >> 24), str(ready["hexversion"] >> 16 & 255)]


def test_refused_before_any_code(supervisor):
    process, ours = supervisor.spawn()
    ours.shutdown(1)
    out, err = process.communicate(timeout=30)
    ours.close()
    assert (out, err, process.returncode) == (b"", b"", 0)


def test_arguments_and_standard_input_source(supervisor):
    run = supervisor.run("import sys; print(sys.argv)", argv=["a", "--b=c"])
    assert run.stdout == f"{[str(supervisor.folder / 'script.py'), 'a', '--b=c']}\n"
    source = "import sys; print(sys.argv, '__file__' in globals(), '' in sys.path)\n1/0"
    run = supervisor.run(source, name="<stdin>", path="<stdin>", on_disk=False, folder="", argv=["x"])
    assert run.stdout == "['-', 'x'] False False\n"
    assert run.only("error")["line"] == 2
    assert "1/0" in run.stderr


def test_error_frame(supervisor):
    run = supervisor.run("import json\n\ndef f():\n    json.loads('{')\n\nf()\n")
    error = run.only("error")
    assert error["name"] == "JSONDecodeError"
    assert error["line"] == 4
    assert error["syntax"] is False
    assert error["message"].startswith("Expecting property name")
    assert "".join(error["traceback"]) == run.stderr
    assert "interlock_runner" not in run.stderr


def test_syntax_error_frame(supervisor):
    error = supervisor.run("x = 1\ny = = 2\n").only("error")
    assert (error["name"], error["line"], error["syntax"]) == ("SyntaxError", 2, True)
    caught = supervisor.run("compile('y = = 2', 'other', 'exec')").only("error")
    assert (caught["name"], caught["line"], caught["syntax"]) == ("SyntaxError", 1, False)


def test_source_that_cannot_be_compiled(supervisor):
    for source in ("(" * 100_000, "-" * 100_000 + "1", "a" + ".b" * 100_000):
        run = supervisor.run(source)
        assert run.status == 1
        assert run.only("error")["name"] in ("SyntaxError", "MemoryError", "RecursionError")
        assert run.frames[-1] == {"t": "end", "exit": 1}


def test_an_error_whose_text_fails(supervisor):
    run = supervisor.run("class E(Exception):\n    def __str__(self):\n        raise TypeError\nraise E\n")
    assert run.only("error")["name"] == "E"
    assert run.status == 1


POOL = """
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context


def square(x):
    return x * x


if __name__ == "__main__":
    with ProcessPoolExecutor(2, mp_context=get_context(sys.argv[1])) as pool:
        results = list(pool.map(square, range(4)))
"""


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_process_pools(supervisor, method):
    run = supervisor.run(POOL, argv=[method])
    assert run.stderr == ""
    assert run.only("results")["json"] == [0, 1, 4, 9]
    assert len(run.all("end")) == 1


def test_a_child_neither_reports_nor_holds_the_channel(supervisor):
    source = """
import os, sys, time
if os.fork() == 0:
    os.close(1); os.close(2)
    display("from the child")
    time.sleep(30)
results = 1
"""
    import time

    begun = time.monotonic()
    run = supervisor.run(source)
    assert time.monotonic() - begun < 15
    assert run.all("display") == []
    assert [f["t"] for f in run.frames] == ["ready", "results", "end"]


def test_closed_descriptors_are_not_written_to(supervisor):
    source = """
import os
os.closerange(3, 100)
f = [open(f"{i}.txt", "w") for i in range(20)]
display("x")
results = 1
"""
    run = supervisor.run(source)
    assert run.status == 0
    assert all((supervisor.folder / f"{i}.txt").read_text() == "" for i in range(20))


USES_UP_DESCRIPTORS = """
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
kept = []
while True:
    kept.append(open(__file__))
"""


def test_descriptors_used_up(supervisor):
    run = supervisor.run(USES_UP_DESCRIPTORS)
    assert run.only("error")["name"] == "OSError"
    assert "Too many open files" in run.stderr
    assert run.frames[-1] == {"t": "end", "exit": 1}


def test_output_streams_line_by_line(supervisor):
    process, ours = supervisor.spawn()
    from conftest import send

    send(ours, {"t": "run", "name": "x", "path": "<x>", "source": "print('now'); input()", "argv": [], "folder": ""})
    assert process.stdout.readline() == b"now\n"
    process.communicate(b"\n", timeout=30)
    ours.close()


def test_nothing_beside_the_script_makes_it_unrunnable(here):
    (here.folder / "helper.py").write_text("VALUE = 'changed'\n")
    for name in ("script.py.pinned", "helper.py.pinned"):
        (here.folder / name).write_text("stray")
    pins = [{"path": str(here.folder / "helper.py"), "source": "VALUE = 'analysed'\n"}]
    done = here.run("import helper\nprint(helper.VALUE)\n", local_modules=["helper"], pinned=pins)
    assert (done.status, done.stdout) == (0, "analysed\n"), done
    assert (here.folder / "helper.py").read_text() == "VALUE = 'analysed'\n"
    assert sorted(path.name for path in here.folder.iterdir() if path.name.startswith(".")) == []
    assert (here.folder / "helper.py.pinned").read_text() == "stray"
