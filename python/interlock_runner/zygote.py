"""A warm interpreter that is copied, once for every run.

The supervisor starts it in namespaces of its own, in which it holds capabilities;
it loads libraries and never runs submitted code. What it is asked for comes over
a SOCK_SEQPACKET socket, a JSON object a message, descriptors beside it::

    supervisor                          zygote
      preload  {modules, environment} --->
             <--- ready {modules}             once the libraries are loaded
      spawn    {id} + 5 descriptors --->      of the run: stdin, stdout, stderr, its socket, workspace
             <--- born {id} + 2 pidfds        of the run's init, and of its interpreter
             <--- died {id, status, cpu, rss} when that interpreter has ended

A child is process 2 of a process namespace of its own, whose init does nothing
but adopt orphans. It enters its confinement (confined.py) before it is given any
code, and is never used twice. What all children of one zygote share by being
copies: the layout of their address space, the seed of str hashes, stack canaries.

It protects against nothing by itself: the libraries it loads are the environment's,
which is trusted as far as these namespaces go.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import sys

from . import confined
from .jsontext import decode, encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

CLONE_NEWPID = 0x20000000
WORKSPACE_FD, NAMED_FDS = 128, (129, 130)  # as in package confine


def live(fd: int) -> None:
    """Serve the supervisor at fd until it hangs up."""
    control = socket.socket(fileno=fd)
    order = decode(control.recv(1 << 16).decode())
    inits = Inits(control)  # while this process is small
    before = set(sys.modules)
    _preload(order.get("modules") or ())
    os.environ.clear()
    os.environ.update(order.get("environment") or {})
    loaded = sorted({name.partition(".")[0] for name in set(sys.modules) - before})
    control.send(encode({"t": "ready", "modules": loaded}, "frame").encode())
    Zygote(control, inits, confined.blas_setters()).serve()


class Inits:
    """A small process that makes the process namespaces of runs, each with its init.

    The kernel copies a process's page tables at each fork: an init that is a copy
    of all of numpy and pandas costs six milliseconds and a megabyte.
    """

    def __init__(self, control: socket.socket) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._own = os.open("/proc/self/ns/pid", os.O_RDONLY)
        if os.fork() == 0:
            self._socket.close()
            control.close()  # the supervisor must see it end with the zygote
            signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for an init
            while theirs.recv(1):
                confined.system("unshare", CLONE_NEWPID)
                if (pid := os.fork()) == 0:
                    _adopt_orphans()
                made = os.open("/proc/self/ns/pid_for_children", os.O_RDONLY)
                confined.system("setns", self._own, CLONE_NEWPID)
                socket.send_fds(theirs, [str(pid).encode()], [made])
                os.close(made)
            os._exit(0)
        theirs.close()

    def make(self) -> tuple[int, int]:
        """Return the process id of a new init and a descriptor of its namespace."""
        self._socket.send(b"1")
        pid, namespaces, _, _ = socket.recv_fds(self._socket, 32, 1)
        return int(pid), namespaces[0]

    def fork_into(self, namespace: int) -> int:
        """Fork this process into a namespace, which is closed; return what fork returns."""
        confined.system("setns", namespace, CLONE_NEWPID)
        os.close(namespace)
        pid = os.fork()
        if pid:
            confined.system("setns", self._own, CLONE_NEWPID)
        return pid


def _adopt_orphans() -> NoReturn:
    """Live as process 1. Ignored SIGCHLD makes the kernel collect what it adopts.

    Signals that have no handler do not reach a process 1 from inside.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    confined.forbid_looking_in()
    os.closerange(0, 1 << 16)
    while True:
        signal.pause()


class Zygote:
    """The loop that forks children and reports how they ended."""

    def __init__(self, control: socket.socket, inits: Inits, blas: list[Any]) -> None:
        self._control = control
        self._inits = inits
        self._blas = blas
        self._poll = select.poll()
        self._poll.register(control.fileno(), select.POLLIN)
        self._children: dict[int, tuple[int, int]] = {}  # pidfd -> run, process

    def serve(self) -> None:
        """Do what the supervisor asks until it hangs up."""
        while True:
            for fd, _ in self._poll.poll():
                if fd != self._control.fileno():
                    self._bury(fd)
                    continue
                message, fds, _, _ = socket.recv_fds(self._control, 4096, 8)
                if not message:
                    return
                self._spawn(decode(message.decode())["id"], fds)

    def _spawn(self, run: int, fds: list[int]) -> None:
        init, namespace = self._inits.make()
        pid = self._inits.fork_into(namespace)
        if pid == 0:
            _become_child(fds, self._blas)
        pidfds = [os.pidfd_open(init), os.pidfd_open(pid)]
        self._children[pidfds[1]] = (run, pid)
        self._poll.register(pidfds[1], select.POLLIN)
        born = encode({"t": "born", "id": run}, "frame").encode()
        socket.send_fds(self._control, [born], pidfds)
        for fd in (*fds, pidfds[0]):
            os.close(fd)

    def _bury(self, pidfd: int) -> None:
        run, pid = self._children.pop(pidfd)
        self._poll.unregister(pidfd)
        os.close(pidfd)
        _, status, usage = os.wait4(pid, 0)
        cpu = int((usage.ru_utime + usage.ru_stime) * 1e9)
        died = {"t": "died", "id": run, "status": status, "cpu": cpu, "rss": usage.ru_maxrss << 10}
        self._control.send(encode(died, "frame").encode())


def _become_child(fds: list[int], blas: list[Any]) -> NoReturn:
    """Run one submission in the copy that this process is."""
    os.setsid()
    for fd, place in zip(fds, (0, 1, 2, 3, WORKSPACE_FD), strict=True):
        os.dup2(fd, place)
    os.closerange(4, WORKSPACE_FD)
    for number in NAMED_FDS:
        os.dup2(WORKSPACE_FD, number)
    os.closerange(NAMED_FDS[-1] + 1, 1 << 16)
    _differ()
    _rehearse()
    confined.enter(3)
    # A process that enters a user namespace must have one thread, so the zygote
    # has; from here on BLAS may have what the environment asks for.
    threads = os.environ.get("OPENBLAS_NUM_THREADS", "")
    for setter in blas if threads.isdigit() else ():
        setter(int(threads))
    from .leaving import leave, status_of
    from .run import serve

    own: list[str] = []
    try:
        serve(3, own)
        status = 0
    except SystemExit as end:
        status = status_of(end.code)
    leave(status, own)


def _differ() -> None:
    """Make what must differ between copies differ; random does so by itself."""
    if mtrand := sys.modules.get("numpy.random.mtrand"):
        mtrand.seed()
    if process := sys.modules.get("multiprocessing.process"):
        process.current_process().authkey = os.urandom(32)


class _Nobody:
    """A channel to nowhere."""

    limit = 0

    def send(self, frame: dict[str, Any]) -> bool:
        """Encode frame as if it were sent."""
        return bool(encode(frame, "frame"))

    def close(self) -> None:
        """Do nothing."""


def _rehearse() -> None:
    """Do a run of nothing: the kernel copies a page when it is first written, and
    what every run writes is this process's own by then.
    """
    from .run import Run
    from .script import Program

    main = sys.modules["__main__"].__dict__
    before = dict(main), sys.argv[:], sys.path[:], sys.meta_path[:], sys.stdout
    sys.stdout = open(os.devnull, "w")
    source = "text = f'{sum(range(9))} {[1.5]}'\nprint(text)\n"
    if "numpy" in sys.modules:
        source += "import numpy\nprint(numpy.arange(10).sum())\n"
    rules = {"deny": [{"name": "nothing", "message": "refused"}]}
    frame = {"source": source, "path": "/rehearsal.py", "folder": "/", "guards": {"imports": rules, "builtins": rules}}
    run = Run(_Nobody(), decode(encode(frame, "frame")))  # type: ignore[arg-type]
    module = run._prepare()
    Program(source, run.path).run(module)
    run._free_descriptors()
    run._harvest(module)
    sys.stdout.close()
    names, sys.argv, sys.path[:], sys.meta_path[:], sys.stdout = before
    main.clear()
    main.update(names)


def _preload(modules: Any) -> None:
    """Import what exists of modules and what the end of a run needs, and settle the heap."""
    import importlib

    from . import artifact, display, failure, figures, leaving, results, run  # noqa: F401

    for name in modules:
        try:
            importlib.import_module(name)
        except ImportError:
            pass  # not in this environment
    _exercise()
    gc.collect()
    gc.freeze()
    confined.settle_heap()
    confined.refuse_shared_memory()


def _exercise() -> None:
    """Load what libraries load when they are first used."""
    if pandas := sys.modules.get("pandas"):
        pandas.DataFrame({"a": [1.0]})._repr_html_()
    if plt := sys.modules.get("matplotlib.pyplot"):
        from .figures import picture

        figure = plt.figure()
        figure.gca().plot([0, 1], label="a")
        figure.gca().legend()
        picture(figure)
        plt.close(figure)
