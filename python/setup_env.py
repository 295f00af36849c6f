"""Makes the Python environment that scripts run in.

    python3 python/setup_env.py DEST [--dev | --lock FILE] [--python PATH]

DEST becomes a virtual environment with exactly the locked packages: every wheel
is checked against its hash, and nothing is built from source. With --dev it also
holds what the tests need; with --lock it holds what that file locks. A second
call finds the finished environment and returns at once, without the network; a
call that was killed half-way leaves an environment that does not count as
finished, and the next one starts over.

Only the standard library is used and no root is needed. This file must parse on
old Pythons, so that it can say which one to install.
"""

from __future__ import annotations

import argparse
import os
import sys

from envsetup import interpreter, packages, stamp
from envsetup.trouble import SetupError

HERE = os.path.dirname(os.path.abspath(__file__))


def main(argv: list[str]) -> int:
    """Make the environment that argv asks for and return the exit status."""
    parser = argparse.ArgumentParser(prog="setup_env.py", description="Make the locked Python environment.")
    parser.add_argument("dest", metavar="DEST", help="folder of the environment, e.g. .interlock/env")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--dev", action="store_true", help="with what the tests need")
    which.add_argument("--lock", metavar="FILE", help="with what this lock file names instead")
    parser.add_argument("--python", help="the Python to use, 3.11 to 3.14 (default: the first that fits)")
    args = parser.parse_args(argv)
    try:
        make(os.path.abspath(args.dest), args.dev, args.python, args.lock)
    except SetupError as trouble:
        print(f"setup_env: {trouble}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nsetup_env: interrupted; the next call starts over", file=sys.stderr)
        return 130
    return 0


def make(dest: str, dev: bool, python: str | None, other: str | None = None) -> None:
    """Make dest an environment with the locked packages, or those of other, unless it is one already."""
    lock = other or os.path.join(HERE, "requirements-dev.txt" if dev else "requirements.txt")
    if not os.path.isfile(lock):
        raise SetupError(f"there is no lock file {lock}")
    enough = [stamp.digest(lock)]
    if not (dev or other):  # the environment of the tests holds all of the other
        enough.append(stamp.digest(os.path.join(HERE, "requirements-dev.txt")))
    if stamp.fits(dest, enough, python):
        return
    with stamp.only_one(dest):
        if stamp.fits(dest, enough, python):  # another call made it while this one waited
            return
        found = interpreter.find(python)
        stamp.begin(dest)
        packages.install(found, dest, lock)
        stamp.finish(dest, enough[0], found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
