"""examples/demo, with a stand-in for the program where the host cannot be had."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

DEMO = Path(__file__).resolve().parents[2] / "examples" / "demo" / "main.py"

# Answers as a host of the level named in the file "level" would.
STAND_IN = """#!{python}
import json, pathlib, sys
here = pathlib.Path(__file__).parent
level = (here / "level").read_text()
args = sys.argv[1:]
script, policy = args[-1], args[args.index("--policy") + 1]
with open(here / "calls", "a") as file:
    print(pathlib.Path(policy).name, file=file)
said = {{"notebook": "/n.ipynb", "results": 1, "figures": [], "decision": {{"effect": "allow", "reasons": []}},
        "observed": {{"level": level, "notes": ["a note"]}}, "timings_ms": {{"total": 5}}, "status": "succeeded"}}
code = 0
if level in ("none", "full") and policy.endswith("/policy.yaml"):
    name = "isolation" if level == "none" else "disk"
    said.update(status="error", error={{"name": name, "message": "no namespaces here"}})
    code = 6
elif "refused_" in script:
    said.update(status="refused")
    reason = {{"effect": "deny", "rule": "imports.deny", "message": "no sockets", "hint": "do without",
              "source": {{"line": 7}}, "policy": {{"file": "p.yaml", "line": 3}}}}
    said["decision"] = {{"effect": "deny", "reasons": [reason]}}
    code = 3
print(json.dumps(said))
sys.exit(code)
"""


@pytest.fixture
def demo(tmp_path):
    program = tmp_path / "interlock"
    program.write_text(STAND_IN.format(python=sys.executable))
    program.chmod(0o755)

    def run(level, *scripts):
        (tmp_path / "level").write_text(level)
        (tmp_path / "calls").unlink(missing_ok=True)
        command = [sys.executable, str(DEMO), "--interlock", str(program), "--env", "env"]
        command += ["--state-dir", str(tmp_path / "state"), *scripts]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    return run


def test_every_example_is_run_and_explained(demo, tmp_path):
    done = demo("namespaces")
    assert (done.returncode, done.stderr) == (0, "")
    assert "ISOLATION LEVEL" not in done.stdout
    assert "11 of 11 scripts ended as they should." in done.stdout
    assert done.stdout.count("no sockets [imports.deny (p.yaml:3)]\n  -> do without") == 3
    assert "refused_network.py, line 7: refused" in done.stdout
    for name in ("policy.yaml", "policy-none.yaml", "config.yml"):
        assert (tmp_path / "state-settings" / name).stat().st_mode & 0o777 == 0o600


def test_a_weaker_level_is_announced_once(demo):
    done = demo("landlock")
    assert done.returncode == 0
    assert done.stdout.count("ISOLATION LEVEL LANDLOCK") == 1
    assert "a note" in done.stdout
    assert "interlock doctor" in done.stdout


def test_no_isolation_only_where_the_host_has_none(demo, tmp_path):
    done = demo("none")
    assert done.returncode == 0
    assert done.stdout.count("ISOLATION LEVEL NONE") == 1
    assert "NOTHING but resource limits" in done.stdout
    calls = (tmp_path / "calls").read_text().split()
    assert calls == ["policy.yaml", *["policy-none.yaml"] * 11]


def test_another_failure_does_not_loosen_anything(demo, tmp_path):
    done = demo("full")
    assert done.returncode == 1
    assert set((tmp_path / "calls").read_text().split()) == {"policy.yaml"}
    assert "not as expected" in done.stdout


def test_a_script_that_should_be_refused_and_runs_fails_the_demo(demo, tmp_path):
    script = tmp_path / "refused_nothing.py"
    script.write_text("")
    assert demo("namespaces", str(script)).returncode == 0
    renamed = script.rename(tmp_path / "allowed.py")
    assert demo("namespaces", str(renamed)).returncode == 0
    (tmp_path / "interlock").write_text(
        f"#!{sys.executable}\nprint({json.dumps(json.dumps({'status': 'succeeded'}))})\n"
    )
    assert demo("namespaces", str(tmp_path / "refused_x.py")).returncode == 1
