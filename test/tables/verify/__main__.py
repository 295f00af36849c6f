"""python3 -m verify FOLDER MODULE < table.json > report.json

One table a process: two libraries with native code of their own for the same
protocol do not live well in one.
"""

from __future__ import annotations

import importlib.util
import json
import logging
import os
import sys
import warnings
from typing import NoReturn

from . import rows, survey
from .exceptions import Exceptions


def main(folder: str, module: str) -> None:
    """Check the table on standard input and print what is wrong, with counts."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    spec = json.load(sys.stdin)
    out = os.dup(1)
    os.dup2(2, 1)  # libraries print when they are imported
    if module != "_commands" and importlib.util.find_spec(module) is None:
        print_report(out, {"absent": module, "faults": absence(module), "counts": {}})
    exceptions = Exceptions(os.path.join(folder, "exceptions.txt"), module)
    if module == "_commands":
        faults, counts = rows.commands(spec, exceptions)
    else:
        table = rows.Table(module, spec, exceptions)
        table.check()
        missed, surveyed = survey.Survey(table, os.path.join(folder, "reviewed.txt")).run()
        faults, counts = table.faults + missed, table.counts + surveyed
    report = {"faults": exceptions.faults + faults + exceptions.unused(), "counts": counts}
    print_report(out, report)


def print_report(out: int, report: dict) -> NoReturn:
    """Print the report and end the process: libraries leave threads behind that wait for equipment."""
    with os.fdopen(out, "w", encoding="utf-8") as file:
        json.dump(report, file)
    os._exit(0)


def absence(module: str) -> list[str]:
    """Return the fault of a library that is missing, unless it has no wheel for this Python."""
    if module == "cothread" and sys.version_info >= (3, 13):
        return []
    return [f"{module} is not installed: the environment is not the one of test/tables/requirements.txt"]


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
