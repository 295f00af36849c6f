# source: pyepics test-suite style, mocked client (github.com/pyepics/pyepics)
# kind: tempting
# writes: no
# channels: -
# reads: no
"""Replaces the library before anything imports it."""
import sys
from unittest.mock import MagicMock, call

sys.modules["epics"] = MagicMock(name="epics")

import epics  # noqa: E402


def ramp(name, stop):
    for value in range(stop + 1):
        epics.caput(name, value, wait=True)


ramp("SR:HCM1:SP", 2)
assert epics.caput.call_args_list[-1] == call("SR:HCM1:SP", 2, wait=True)
print(epics.caput.call_count, "calls, none of them sent")
