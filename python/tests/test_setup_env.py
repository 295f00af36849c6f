"""setup_env.py, with a wheel of the test's own in place of the index."""

import hashlib
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

PYTHON = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PYTHON))

import setup_env  # noqa: E402
from envsetup import interpreter, packages, stamp  # noqa: E402
from envsetup.trouble import SetupError  # noqa: E402


def make_wheel(folder, body="answer = 42\n"):
    info = "tiny-1.0.dist-info"
    files = {
        "tiny.py": body,
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": "",
    }
    path = folder / "tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for name, text in files.items():
            wheel.writestr(name, text)
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def locked(tmp_path, monkeypatch):
    """A lock of one package, which pip finds in a folder and nowhere else."""
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    digest = make_wheel(wheels)
    for name in ("requirements.txt", "requirements-dev.txt"):
        (tmp_path / name).write_text(f"# {name}\ntiny==1.0 --hash=sha256:{digest}\n")
    monkeypatch.setattr(setup_env, "HERE", str(tmp_path))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    return tmp_path


def test_an_environment_from_the_lock(locked, capfd, monkeypatch):
    dest = locked / "build" / "env"
    monkeypatch.setattr(packages, "QUIET", 0.0)
    assert setup_env.main([str(dest)]) == 0
    assert "making the environment" in capfd.readouterr().err, "what takes long shows progress"
    code = "import sys, tiny; print(tiny.answer, sys.prefix)"
    done = subprocess.run([dest / "bin" / "python", "-I", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == f"42 {dest}\n"

    (dest / "kept").touch()
    monkeypatch.setattr(packages, "install", lambda *_: pytest.fail("a finished environment was made again"))
    assert setup_env.main([str(dest)]) == 0
    assert (dest / "kept").exists()
    assert setup_env.main([str(dest), "--python", str(dest / "bin" / "python")]) == 0

    (locked / "requirements.txt").write_text("# changed\n")
    called = []
    monkeypatch.setattr(packages, "install", lambda *_: called.append(1))
    setup_env.main([str(dest)])
    assert called, "a changed lock is a new environment"
    assert not (dest / "kept").exists()


def test_another_lock_file(locked, capfd):
    other = locked / "other.txt"
    other.write_text((locked / "requirements.txt").read_text() + "# and more\n")
    dest = locked / "other-env"
    assert setup_env.main([str(dest), "--lock", str(other)]) == 0
    assert stamp.fits(str(dest), [stamp.digest(str(other))], None)
    assert not stamp.fits(str(dest), [stamp.digest(str(locked / "requirements.txt"))], None)
    assert setup_env.main([str(locked / "none"), "--lock", str(locked / "absent.txt")]) == 1
    assert "there is no lock file" in capfd.readouterr().err


def test_a_tampered_package_is_refused(locked, capfd):
    make_wheel(locked / "wheels", "answer = 'evil'\n")
    dest = locked / "env"
    assert setup_env.main([str(dest)]) == 1
    assert "not the one that was locked" in capfd.readouterr().err
    assert json.loads((dest / stamp.NAME).read_text()) == {"complete": False}


def test_a_killed_setup_does_not_count(locked, monkeypatch):
    dest = locked / "env"

    def killed(_interpreter, dest, _lock):
        os.makedirs(os.path.join(dest, "bin"))
        os.symlink(sys.executable, os.path.join(dest, "bin", "python"))
        raise KeyboardInterrupt

    monkeypatch.setattr(packages, "install", killed)
    assert setup_env.main([str(dest)]) == 130
    called = []
    monkeypatch.setattr(packages, "install", lambda *_: called.append(sorted(os.listdir(dest))))
    setup_env.main([str(dest)])
    assert called == [[stamp.NAME]], "the next call starts over in an empty folder"


def test_a_folder_of_someone_else_is_left_alone(locked, capsys):
    precious = locked / "thesis"
    precious.mkdir()
    (precious / "chapter1.tex").write_text("...")
    assert setup_env.main([str(precious)]) == 1
    assert "was not made by this program" in capsys.readouterr().err
    assert (precious / "chapter1.tex").exists()


def test_a_removed_python_is_noticed(tmp_path):
    (tmp_path / "bin").mkdir()
    link = tmp_path / "bin" / "python"
    link.symlink_to(sys.executable)
    stamp.finish(str(tmp_path), "lock", interpreter.Interpreter(sys.executable, "3.12.1"))
    assert stamp.fits(str(tmp_path), ["lock"], None)
    assert not stamp.fits(str(tmp_path), ["another"], None)
    link.unlink()
    link.symlink_to("/no/such/python")
    assert not stamp.fits(str(tmp_path), ["lock"], None)


def fake(tmp_path, called, **answer):
    said = {
        "version": [3, 12, 4],
        "name": "cpython",
        "path": f"/fake/{called}",
        "threads": False,
        "venv": True,
        **answer,
    }
    path = tmp_path / called
    path.write_text(f"#!/bin/sh\nprintf '%s' '{json.dumps(said)}'\n")
    path.chmod(0o755)
    return str(path)


def test_which_python_is_taken(tmp_path, monkeypatch):
    broken = tmp_path / "shim"
    broken.write_text("#!/bin/sh\nexit 127\n")
    broken.chmod(0o755)
    candidates = [
        "/no/such/python",
        str(broken),
        fake(tmp_path, "old", version=[3, 10, 1]),
        fake(tmp_path, "new", version=[3, 15, 0]),
        fake(tmp_path, "pypy", name="pypy"),
        fake(tmp_path, "threads", threads=True),
        fake(tmp_path, "bare", venv=False),
        fake(tmp_path, "good"),
    ]
    monkeypatch.setattr(interpreter, "_candidates", lambda: candidates)
    assert interpreter.find(None) == ("/fake/good", "3.12.4")
    with pytest.raises(SetupError, match="is not a Python that starts"):
        interpreter.find(str(broken))
    with pytest.raises(SetupError, match=r"no CPython 3.11 to 3.14 was found \(.*old is cpython 3.10.1\)"):
        interpreter.find(candidates[2])


@pytest.mark.parametrize(
    ("distribution", "words"),
    [
        ("debian", "sudo apt install python3.12-venv"),
        ("ubuntu debian", "sudo apt install python3.12-venv"),
        ("fedora", "sudo dnf install"),
        ("void", "--python /path/to/python3.12"),
    ],
)
def test_a_missing_ensurepip_says_what_to_type(tmp_path, monkeypatch, distribution, words):
    monkeypatch.setattr(interpreter, "_distribution", lambda: distribution)
    with pytest.raises(SetupError, match="ensurepip are missing") as caught:
        interpreter.find(fake(tmp_path, "bare", venv=False))
    assert words in str(caught.value)


def test_the_locks_hold_what_is_asked_for():
    for lock, asked in (
        ("requirements.txt", ["requirements.in"]),
        ("requirements-dev.txt", ["requirements.in", "requirements-dev.in"]),
    ):
        text = (PYTHON / lock).read_text()
        assert "://" not in text
        pins = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.M))
        assert len(re.findall(r"^[a-z0-9-]+==", text, re.M)) == len(pins), (
            "one version of everything, whatever the Python"
        )
        for name in (n for file in asked for n in re.findall(r"^[a-z-]+", (PYTHON / file).read_text(), re.M)):
            assert name in pins
        for block in re.split(r"\n(?=[a-z])", text)[1:]:
            assert "--hash=sha256:" in block, block.splitlines()[0]


def test_the_tests_environment_holds_the_scripts_environment():
    scripts, tests = (
        dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (PYTHON / f"requirements{s}.txt").read_text(), re.M))
        for s in ("", "-dev")
    )
    assert scripts.items() <= tests.items()


def test_it_parses_on_an_old_python():
    """So that an old python3 can say which one to install."""
    import ast

    for path in [PYTHON / "setup_env.py", *(PYTHON / "envsetup").glob("*.py")]:
        ast.parse(path.read_text(), feature_version=(3, 8))
