# writes: unresolved
import json

import epics


class Devices:
    def __init__(self, path):
        with open(path) as f:
            self.__dict__.update({k: epics.PV(v) for k, v in json.load(f).items()})


Devices("names.json").gap.put(3)
