"""The hooks that tell clients of control systems why they were refused."""

import subprocess
import sys
from pathlib import Path

PYTHON = Path(__file__).resolve().parents[1]


def run(tmp_path, code, **files):
    """Run code beside packages that stand for libraries; return what it printed, stdout and stderr together."""
    for name, text in files.items():
        file = tmp_path / name.replace("__", "/").replace("_py", ".py")
        file.parent.mkdir(parents=True, exist_ok=True)
        (file.parent / "__init__.py").touch()
        file.write_text(text)
    start = f"""
import os, sys
sys.path[:0] = [{str(tmp_path)!r}, {str(PYTHON)!r}]
os.environ["INTERLOCK_GATEWAY"] = "127.0.0.1:9"
from interlock_runner import clients
before = set(sys.modules)
clients.explain(lambda *words: print("reported", *words))
assert set(sys.modules) == before, "it imports what the code may never import"
"""
    p = subprocess.run(
        [sys.executable, "-c", start + code], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    assert p.returncode == 0, p.stdout
    return p.stdout


def test_another_version_is_imported_all_the_same_and_it_is_said_once(tmp_path):
    code = "import epics.ca, importlib\nimportlib.reload(epics.ca)\nprint(epics.ca.value)\n"
    out = run(tmp_path, code, epics__ca_py="value = 7\n")
    assert out.count("this version of epics is not known (AttributeError") == 1
    assert "the result has it" in out
    assert out.endswith("7\n")


def test_a_library_that_fails_to_import_fails_in_its_own_words(tmp_path):
    code = "try:\n    import epics.ca\nexcept ValueError as e:\n    print('raised', e)\n"
    assert run(tmp_path, code, epics__ca_py="raise ValueError('its own')\n") == "raised its own\n"


SYNC = """
class Status:
    code_with_severity, description = 160, "Channel write request failed"
class Response:
    status = Status
def write(pv_name): return Response
def read(pv_name): return Response
def read_write_read(pv_name): return None, None, None
"""


def test_looking_for_a_module_does_not_use_the_hook_up(tmp_path):
    code = """
import importlib.util
assert importlib.util.find_spec("caproto.sync.client").loader
from caproto.sync import client
import caproto
caproto.CaprotoRuntimeError = RuntimeError
try:
    client.write("X:Y")
except RuntimeError as e:
    print(e)
"""
    out = run(tmp_path, code, caproto__sync__client_py=SYNC, caproto____init___py="")
    assert out == "the put to X:Y was not done: Channel write request failed\n"


def test_without_a_gateway_nothing_is_hooked(tmp_path):
    code = """
os.environ.pop("INTERLOCK_GATEWAY")
sys.meta_path.pop(0)
clients.explain(print)
print(any(type(f).__name__ == "_Finder" for f in sys.meta_path))
"""
    assert run(tmp_path, code) == "False\n"


def test_a_door_that_is_gone_says_nothing(tmp_path):
    code = """
r = clients.Refusals(print)
for at in ("127.0.0.1:9", "nonsense", ""):
    os.environ["INTERLOCK_GATEWAY"] = at
    print([r.why("X"), r.unseen("X")])
"""
    assert run(tmp_path, code) == "['', '']\n" * 3


def test_what_nobody_waits_for_is_said_once_and_bounded(tmp_path):
    code = """
r = clients.Refusals(print)
for i in range(1000):
    r.say(f"refused {i // 2}")
sys.stderr.close()
r.say("and with stderr closed nothing happens")
sys.stderr = None
r.say("nor without one")
"""
    out = run(tmp_path, code)
    assert out.count("interlock: refused") == 100
    assert out.count("interlock: refused 7\n") == 1


def test_a_stderr_that_takes_no_text_does_not_end_an_import(tmp_path):
    code = "import io, sys\nsys.stderr = io.BytesIO()\nimport epics.ca\nprint(epics.ca.value)\n"
    assert run(tmp_path, code, epics__ca_py="value = 7\n") == "7\n"


LOADER = """
import importlib.machinery
class Loader:
    __slots__ = ()
    def create_module(self, spec): return None
    def exec_module(self, module): module.value = 7
class Finder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == "epics.ca":
            return importlib.machinery.ModuleSpec(name, Loader())
sys.meta_path.append(Finder)
sys.modules["epics"] = type(sys)("epics")
sys.modules["epics"].__path__ = []
"""


def test_a_loader_that_nothing_can_be_set_on_still_loads(tmp_path):
    assert run(tmp_path, LOADER + "import epics.ca\nprint(epics.ca.value)\n") == "7\n"
