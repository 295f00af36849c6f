"""Times other readers of the file that is named, in milliseconds, medians of 15: JSON."""

import ast
import json
import logging
import statistics
import sys
import time

from bandit.core import config, manager

logging.disable(logging.CRITICAL)


def median(act):
    took = []
    for _ in range(15):
        began = time.perf_counter()
        act()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


def parse():
    with open(sys.argv[1], "rb") as file:
        for _ in ast.walk(ast.parse(file.read())):
            pass


def bandit():
    run = manager.BanditManager(config.BanditConfig(), "file")
    run.discover_files([sys.argv[1]])
    run.run_tests()


print(json.dumps({"ast": median(parse), "bandit": median(bandit)}))
