# source: own
# kind: tempting
# writes: no
# channels: -
# reads: no
"""Prints a page of help; looks at functions and calls none."""
import inspect

import epics

for name in ("caget", "caput", "cainfo"):
    function = getattr(epics, name, None)
    if callable(function):
        print(f"epics.{name}{inspect.signature(function)}")
        print("   ", (inspect.getdoc(function) or "no text").splitlines()[0])
