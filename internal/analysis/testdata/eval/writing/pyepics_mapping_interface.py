# source: accelerator toolkits that give the machine a dictionary face (machine["QF"] = value)
# kind: writing
# writes: yes
# channels: BTS:QF2:SETPT BTS:QF3:SETPT
# reads: yes
from collections.abc import MutableMapping
import epics


class Machine(MutableMapping):
    def __init__(self, line, elements):
        self._names = {e: f"{line}:{e}" for e in elements}

    def __getitem__(self, element):
        return epics.caget(self._names[element] + ":READ")

    def __setitem__(self, element, value):
        epics.caput(self._names[element] + ":SETPT", value)

    def __delitem__(self, element):
        raise TypeError("elements stay where they are")

    def __iter__(self):
        return iter(self._names)

    def __len__(self):
        return len(self._names)


bts = Machine("BTS", ["QF2", "QF3", "QD4"])
bts["QF2"] = 14.25
bts.update(QF3=bts["QD4"] * 0.5)
print(dict(bts))
