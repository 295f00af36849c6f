"""Execute a script against recording stubs and print what it did to the control system.

    record.py SCRIPT [ARGS...]

prints {"writes": [[channel, value], ...], "reads": [channel, ...], "exit": STATUS, "stderr": TEXT}.
With --batch it reads lines [SCRIPT, ARGS...] in JSON from stdin and prints one such line
for each, in their order, with "script" added.
The script runs in a copy, in a folder of its own, with the packages in stubs/ in
front of the installed ones: they are named like the libraries of control systems,
have their public functions, and write down what would have gone to the equipment.
numpy, pandas, scipy and matplotlib are the real ones. Sleeps take no time (the clock
jumps); command-line tools and libca are imitations too; other programs do nothing.

This is a measuring instrument for scripts that the project wrote or read. It is no
sandbox: a script that means harm can do harm.
"""

import concurrent.futures
import json
import os
import pathlib
import shutil
import signal
import stat
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
LIMIT = float(os.environ.get("RECORD_LIMIT", "30"))  # seconds of real time for one script
TOOLS = ["caput", "caget", "camonitor", "cainfo", "caput-async", "caputq", "pvput", "pvget", "pvcall", "pvmonitor", "pvinfo",
         "pvxput", "pvxget", "pvxcall", "pvxmonitor", "pvxinfo", "pvlist", "pvxlist", "p4p-put", "caproto-put", "caproto-get", "caproto-monitor",
         "tango_admin", "tango", "opcua-write", "uawrite", "uaread", "sleep"]
# What a shell line may use besides; everything else does nothing and succeeds.
PLAIN = ["sh", "bash", "env", "echo", "printf", "cat", "seq", "xargs", "tr", "sed", "awk", "cut", "head", "tail", "sort", "uniq",
         "grep", "base64", "rev", "tee", "ls", "mkdir", "touch", "test", "true", "false", "date", "dirname", "basename", "expr",
         "wc", "nohup", "timeout", "mktemp", "chmod", "cp", "mv", "uname", "hostname", "id", "whoami", "which", "nice", "xxd", "od", "stdbuf"]


def tools(folder: pathlib.Path) -> None:
    """Fill folder with the programs that a script can start."""
    for name in TOOLS:
        path = folder / name
        path.write_text(f'#!/bin/sh\nexec "{sys.executable}" -B -S -E "{HERE / "tool.py"}" {name} "$@"\n')
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
    for name in PLAIN:
        if found := shutil.which(name):
            (folder / name).symlink_to(found)
    for name in ("python", "python3", f"python3.{sys.version_info.minor}"):
        path = folder / name
        path.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        path.chmod(path.stat().st_mode | stat.S_IXUSR)


def environment(root: pathlib.Path, shared: pathlib.Path) -> dict[str, str]:
    """The environment of the script: nothing of the caller's but what locale needs."""
    env = {k: v for k, v in os.environ.items() if k.startswith(("LC_", "LANG"))}
    return env | {
        "HOME": str(root / "home"), "TMPDIR": str(root / "tmp"), "PATH": str(shared / "bin"), "PYTHONPATH": str(HERE / "stubs"),
        "INTERLOCK_RECORD": str(root / "record"), "MPLBACKEND": "Agg", "MPLCONFIGDIR": str(shared / "mpl"),
        "PYTHONDONTWRITEBYTECODE": "1", "USER": "operator", "OPENBLAS_NUM_THREADS": "1",
    }


def run(script: pathlib.Path, args: list[str], root: pathlib.Path, shared: pathlib.Path) -> tuple[int, str]:
    """Run the script to its end or to the limit; its exit status and the end of stderr."""
    for name in ("home", "tmp", "work"):
        (root / name).mkdir()
    (root / "record").touch()
    copy = root / "work" / script.name
    shutil.copyfile(script, copy)
    with open(root / "stderr", "wb") as err:
        child = subprocess.Popen([sys.executable, str(copy), *args], cwd=copy.parent, env=environment(root, shared),
                                 stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=err, start_new_session=True)
        try:
            status = child.wait(LIMIT)
        except subprocess.TimeoutExpired:
            status = 124
        try:  # what the script left behind in its own session
            os.killpg(child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        child.wait()
    return status, (root / "stderr").read_text(errors="replace")[-2000:]


def record(script: str, args: list[str], shared: pathlib.Path) -> dict:
    """Record one script."""
    root = pathlib.Path(tempfile.mkdtemp(dir=shared))
    status, stderr = run(pathlib.Path(script), args, root, shared)
    writes, reads = [], []
    for line in (root / "record").read_text().splitlines():
        kind, *rest = json.loads(line)
        if kind == "w":
            writes.append(rest)
        elif rest[0] not in reads:
            reads.append(rest[0])
    shutil.rmtree(root, ignore_errors=True)
    return {"writes": writes, "reads": reads, "exit": status, "stderr": stderr}


def main() -> None:
    """Record one script, or a batch."""
    if len(sys.argv) < 2:
        sys.exit("usage: record.py SCRIPT [ARGS...] | record.py --batch <LINES")
    with tempfile.TemporaryDirectory(prefix="record-", ignore_cleanup_errors=True) as folder:
        shared = pathlib.Path(folder)
        for name in ("bin", "mpl"):
            (shared / name).mkdir()
        tools(shared / "bin")
        if sys.argv[1] != "--batch":
            print(json.dumps(record(sys.argv[1], sys.argv[2:], shared)))
            return
        jobs = [json.loads(line) for line in sys.stdin if line.strip()]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
            for job, out in zip(jobs, pool.map(lambda j: record(j[0], j[1:], shared), jobs)):
                print(json.dumps({"script": job[0], **out}), flush=True)


if __name__ == "__main__":
    main()
