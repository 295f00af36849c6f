# source: own
# kind: hostile
# writes: yes
# channels: BL5:DCM:BRAGG BL5:DCM:GAP
# reads: no
import caproto.sync.client as backend


class Axis:
    def __init__(self, name):
        self._name = name

    @property
    def position(self):
        return None

    @position.setter
    def position(self, value):
        vars(backend)["write"](self._name, value)


AXES = {"bragg": Axis("BL5:DCM:BRAGG"), "gap": Axis("BL5:DCM:GAP")}
for (name, axis), value in zip(AXES.items(), (11.4, 30.0)):
    setattr(axis, "position", value)
