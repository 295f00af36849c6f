# source: own
# kind: tempting
# writes: no
# channels: -
# reads: no
"""A toy model of a process variable for a lecture; there is no network in it."""


class PV:
    database = {}

    def __init__(self, name, value=0.0):
        self.name = name
        self.database.setdefault(name, value)

    def get(self):
        return self.database[self.name]

    def put(self, value, wait=False):
        self.database[self.name] = value
        return 1

    value = property(get, put)


def caput(name, value):
    return PV(name).put(value)


def caget(name):
    return PV(name).get()


caput("SR:HCM1:SP", 1.5)
pv = PV("SR:HCM1:SP")
pv.value = pv.value + 0.5
pv.put(pv.get() * 2, wait=True)
print(caget("SR:HCM1:SP"))
