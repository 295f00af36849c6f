"""The roads to a control system that lead through the host: programs, libca, sockets."""

import builtins
import ctypes
import ctypes.util
import os
import re
import shlex
import shutil
import subprocess
import types

from . import libca, wire

_bin = os.environ.get("PATH", "")
_TOOL = re.compile(r"(?:/[\w.\-]+)+/((?:ca|pvx?)(?:put|get|monitor|info|call|list)|python3?|bash|sh)\b")


def program(word):
    """The program that runs in place of word: one of the imitations or of the plain ones, else true."""
    base = os.path.basename(os.fsdecode(word))
    if base == os.path.basename(os.sys.executable):
        base = "python3"
    return os.path.join(_bin, base if os.path.exists(os.path.join(_bin, base)) else "true")


def known(word):
    """A script of the recorded script's own runs as it is."""
    path = os.fsdecode(word)
    here = os.path.abspath(path)
    work = os.path.dirname(os.environ["INTERLOCK_RECORD"])
    return os.sep in path and here.startswith((os.path.join(work, "work"), os.path.join(work, "tmp"))) and os.access(here, os.X_OK)


def shell(line):
    """A line for bash in which unknown commands succeed and tools are found without their folders."""
    line = _TOOL.sub(r"\1", os.fsdecode(line))
    return "command_not_found_handle() { return 0; }\n" + line


def argv(args):
    """An argument list that runs what is known and nothing else."""
    words = [args] if isinstance(args, (str, bytes, os.PathLike)) else list(args)
    words = [os.fsdecode(w) for w in words]
    if words and os.path.basename(words[0]) in ("sh", "bash", "dash", "zsh") and "-c" in words:
        i = words.index("-c") + 1
        return [program("bash"), *words[1:i], shell(words[i]), *words[i + 1:]] if i < len(words) else words
    if words and os.path.basename(words[0]) in ("sudo", "ssh", "nohup", "nice"):
        return rest(words)
    if words and known(words[0]):
        return words
    return [program(words[0]), *words[1:]] if words else words


def rest(words):
    """What sudo and ssh would run, run here."""
    for i, w in enumerate(words[1:], 1):
        if os.path.exists(os.path.join(_bin, os.path.basename(w.split()[0] if w.split() else w))):
            return [program("bash"), "-c", shell(w if len(words) == i + 1 else shlex.join(words[i:]))]
    return [program("true")]


class Popen(subprocess.Popen):
    """Starts the imitations."""

    def __init__(self, args, *rest, **kw):
        kw.pop("executable", None)
        if env := kw.get("env"):
            keep = {k: os.environ[k] for k in ("INTERLOCK_RECORD", "PYTHONPATH", "PATH", "HOME") if k in os.environ}
            kw["env"] = {**env, **keep}
        if kw.pop("shell", False):
            line = args if isinstance(args, (str, bytes)) else list(args)[0]
            args = [program("bash"), "-c", shell(line)]
        else:
            args = argv(args)
        super().__init__(args, *rest, **kw)


def _execs():
    """os.exec* and os.spawn* end in these."""
    execv, execve, spawn = os.execv, os.execve, getattr(os, "posix_spawn", None)
    os.execv = lambda path, args: execv(program(path), argv(args) if args else args)
    os.execve = lambda path, args, env: execve(argv(args)[0], argv(args), {**env, **_kept()})
    if spawn:
        os.posix_spawn = lambda path, args, env, **kw: spawn(argv(args)[0], argv(args), {**env, **_kept()}, **kw)
        os.posix_spawnp = os.posix_spawn


def _kept():
    return {k: os.environ[k] for k in ("INTERLOCK_RECORD", "PYTHONPATH", "PATH", "HOME") if k in os.environ}


def _libraries():
    real, find = ctypes.CDLL, ctypes.util.find_library

    class CDLL(real):
        def __new__(cls, name=None, *args, **kw):
            if name is not None and re.match(r"(lib)?(ca|Com)(\b|[.-])", os.path.basename(os.fsdecode(name))):
                return libca.Library()
            return super().__new__(cls)

    ctypes.CDLL = CDLL
    ctypes.cdll = ctypes.LibraryLoader(CDLL)
    ctypes.util.find_library = lambda name: f"lib{name}.so" if name in ("ca", "Com") else find(name)


def _ipython():
    """get_ipython() of notebooks that were exported to a script."""
    run = lambda line: subprocess.call(line, shell=True)  # noqa: E731
    return types.SimpleNamespace(
        system=run, getoutput=subprocess.getoutput, run_line_magic=lambda *a: None, magic=lambda *a: None, run_cell_magic=lambda *a: None)


def install():
    """Put the imitations in place."""
    subprocess.Popen = Popen
    os.system = lambda command: subprocess.call(command, shell=True) << 8
    _execs()
    _libraries()
    wire.install()
    which = shutil.which
    shutil.which = lambda cmd, *a, **kw: which(cmd, *a, **kw) or (f"/usr/bin/{cmd}" if cmd in ("tango_admin",) else None)
    builtins.get_ipython = _ipython
