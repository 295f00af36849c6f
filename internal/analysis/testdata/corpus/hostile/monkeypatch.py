# writes: possible
# unresolved: monkeypatch
import epics
epics.caget = epics.caput
epics.caget("X", 1)
