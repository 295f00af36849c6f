# writes: definite
# written: exact CI:1
try:
    from epics import caput
except ImportError:
    caput = None
if caput is None:
    raise SystemExit("no epics")
caput("CI:1", 1)
