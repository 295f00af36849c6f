"""How a detector is triggered."""

from collections import OrderedDict

from ..device import Device, Staged
from ..status import DeviceStatus, finished


class ADTriggerStatus(DeviceStatus):
    """One acquisition."""


class TriggerBase(Device):
    """Stages the camera for single acquisitions."""

    def __init__(self, *args, **kw):
        super().__init__(*args, **kw)
        self.stage_sigs.update([("cam.acquire", 0), ("cam.image_mode", 1)])
        self._acquisition_signal, self._status = self.cam.acquire, None


class SingleTrigger(TriggerBase):
    """One image a trigger."""

    def __init__(self, *args, image_name=None, **kw):
        super().__init__(*args, **kw)

    def trigger(self):
        if self._staged != Staged.yes:
            raise RuntimeError("This detector is not ready to trigger.Call the stage() method before triggering.")
        self._acquisition_signal.put(1, wait=False)
        return finished(obj=self)


class MultiTrigger(TriggerBase):
    """Several acquisitions a trigger."""

    trigger = SingleTrigger.trigger
