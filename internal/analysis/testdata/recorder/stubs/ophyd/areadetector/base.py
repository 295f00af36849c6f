"""The base of area detectors."""

from ..device import Component as ADComponent  # noqa: F401
from ..device import Device
from ..device import DynamicDeviceComponent as DDC
from ..signal import DerivedSignal, EpicsSignal, EpicsSignalRO, EpicsSignalWithRBV  # noqa: F401


class ADBase(Device):
    """A part of a detector."""


class NDDerivedSignal(DerivedSignal):
    """A shaped one."""


def ad_group(cls, attr_suffix, **kw):
    return {attr: (cls, suffix, kw) for attr, suffix in attr_suffix}
