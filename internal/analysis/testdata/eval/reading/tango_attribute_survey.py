# source: ALBA and MAX IV inventory scripts: attributes and properties of devices
# kind: reading
# writes: no
# channels: -
# reads: yes
import json
import tango


class DeviceSheet:
    def __init__(self, name):
        self.proxy = tango.DeviceProxy(name)
        self.sheet = {"device": name}

    def set(self, key, value):
        self.sheet[key] = value
        return self

    def fill(self, attributes):
        for a in attributes:
            self.set(a, self.proxy.read_attribute(a).value)
        return self.set("state", str(self.proxy.state()))


sheets = [DeviceSheet(f"B/VC/GAUGE-{n}").fill(["Pressure", "Channel"]).sheet for n in (1, 2)]
with open("sheets.json", "w") as f:
    f.write(json.dumps(sheets, default=str))
