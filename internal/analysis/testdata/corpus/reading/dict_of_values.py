# writes: none
# unresolved: -
import epics
state = {}
for n in ("A", "B"):
    state[n] = epics.caget(n)
print(state.get("A"), state.setdefault("C", 0))
