"""Finds a Python that the environment can be made with."""

from __future__ import annotations

import glob
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import NamedTuple

from .trouble import SetupError

OLDEST = (3, 11)
NEWEST = (3, 14)

# What a candidate is asked. -S keeps its .pth files from running, -I the
# caller's variables and folder out.
_QUESTION = """
import importlib.util, json, sys, sysconfig
def has(name):
    return importlib.util.find_spec(name) is not None
print(json.dumps({
    "version": list(sys.version_info[:3]),
    "name": sys.implementation.name,
    "path": sys.executable,
    "threads": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
    "venv": has("venv") and has("ensurepip"),
}))
"""


class Interpreter(NamedTuple):
    """A Python that can make the environment."""

    path: str
    version: str  # "3.12.1"


def find(wanted: str | None) -> Interpreter:
    """Return wanted, or else the first on this machine that fits."""
    seen: list[str] = []
    without_venv: dict | None = None
    for path in [wanted] if wanted else _candidates():
        answer = _ask(path)
        if answer is None:
            continue
        version = ".".join(map(str, answer["version"]))
        if not _supported(answer):
            seen.append(f"{path} is {answer['name']} {version}")
        elif not answer["venv"]:
            without_venv = without_venv or answer
        else:
            return Interpreter(answer["path"] or path, version)
    if without_venv:
        raise SetupError(_venv_words(without_venv, _distribution()))
    if wanted and not seen:
        raise SetupError(f"{wanted} is not a Python that starts; name one with --python /path/to/python3.12")
    raise SetupError(_none_words(seen, _distribution()))


def _candidates() -> Iterator[str]:
    yield sys.executable
    names = ["python3", *(f"python3.{minor}" for minor in range(NEWEST[1], OLDEST[1] - 1, -1))]
    yield from filter(None, map(shutil.which, names))
    yield from ("/usr/bin/python3", "/usr/local/bin/python3")
    pyenv = os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv")
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        yield from sorted(glob.glob(os.path.join(pyenv, "versions", f"3.{minor}.*", "bin", "python3")), reverse=True)


def _ask(path: str) -> dict | None:
    """Return what the Python at path says of itself, or None where it does not start."""
    try:
        done = subprocess.run([path, "-I", "-S", "-c", _QUESTION], capture_output=True, timeout=60, check=True)
        return json.loads(done.stdout)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None  # e.g. a pyenv shim of a version that is not selected


def _supported(answer: dict) -> bool:
    return answer["name"] == "cpython" and not answer["threads"] and OLDEST <= tuple(answer["version"][:2]) <= NEWEST


def _distribution() -> str:
    """Return the ID and ID_LIKE words of this Linux distribution."""
    words = []
    try:
        with open("/etc/os-release", encoding="utf-8") as file:
            for line in file:
                key, _, value = line.strip().partition("=")
                if key in ("ID", "ID_LIKE"):
                    words.append(value.strip("\"'"))
    except OSError:
        pass
    return " ".join(words)


def _venv_words(answer: dict, distribution: str) -> str:
    minor = f"3.{answer['version'][1]}"
    text = f"{answer['path']} cannot make environments: its modules venv and ensurepip are missing.\nType:\n\n    "
    if "debian" in distribution or "ubuntu" in distribution:
        return text + f"sudo apt install python{minor}-venv\n"
    if "fedora" in distribution or "rhel" in distribution:
        return text + f"sudo dnf install python{minor} python3-pip\n"
    if "suse" in distribution:
        return text + f"sudo zypper install python3{answer['version'][1]}-pip\n"
    return (
        text
        + "the words that install the venv module with your system's package manager,\n    "
        + ("or name another Python: python3 python/setup_env.py DEST --python /path/to/python3.12\n")
    )


def _none_words(seen: list[str], distribution: str) -> str:
    text = "no CPython 3.11 to 3.14 was found"
    if seen:
        text += " (" + "; ".join(seen) + ")"
    text += ".\nType:\n\n    "
    if "debian" in distribution or "ubuntu" in distribution:
        return text + "sudo apt install python3 python3-venv\n"
    if "fedora" in distribution or "rhel" in distribution:
        return text + "sudo dnf install python3.12\n"
    if "suse" in distribution:
        return text + "sudo zypper install python312\n"
    return text + "python3 python/setup_env.py DEST --python /path/to/python3.12\n"
