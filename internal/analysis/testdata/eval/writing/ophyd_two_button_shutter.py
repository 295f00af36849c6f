# source: nslsii.devices.TwoButtonShutter as used in NSLS-II profile collections
# kind: writing
# writes: yes
# channels: XF:05IDB-PPS:1{PSh:4}Cmd:Cls-Cmd XF:05IDB-PPS:1{PSh:4}Cmd:Opn-Cmd
# reads: yes
from ophyd import Component as Cpt, Device, DeviceStatus, EpicsSignal, EpicsSignalRO


class ButtonShutter(Device):
    open_cmd = Cpt(EpicsSignal, "Cmd:Opn-Cmd", string=True)
    close_cmd = Cpt(EpicsSignal, "Cmd:Cls-Cmd", string=True)
    status = Cpt(EpicsSignalRO, "Pos-Sts", string=True)

    commands = {"Open": "open_cmd", "Close": "close_cmd"}

    def set(self, wish):
        if wish not in self.commands:
            raise ValueError(f"{self.name}: one of {sorted(self.commands)}, not {wish!r}")
        st = DeviceStatus(self)
        getattr(self, self.commands[wish]).put(1)
        st.set_finished()
        return st

    def stop(self, *, success=False):
        pass


shut_b = ButtonShutter("XF:05IDB-PPS:1{PSh:4}", name="shut_b")
for wish in ("Open", "Close"):
    shut_b.set(wish).wait()
    print(wish, shut_b.status.get())
