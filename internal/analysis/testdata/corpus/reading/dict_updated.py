# writes: none
# reads: definite
import json

import epics


class Settings:
    def __init__(self, path):
        with open(path) as f:
            self.__dict__.update(json.load(f))

    def put(self, name, value):
        vars(self)[name] = value


s = Settings("settings.json")
s.put("current", epics.caget(s.channel))
print(vars(s))
