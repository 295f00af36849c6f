# writes: possible
# unresolved: monkeypatch
import epics
epics.cainfo = epics.caput
epics.cainfo("R:1", 3)
