"""Callbacks by their modules."""
from bluesky.callbacks import *  # noqa: F403
from bluesky.callbacks import BestEffortCallback, CallbackBase, LiveGrid, LivePlot, LiveTable  # noqa: F401


class PeakStats(CallbackBase):
    """Where the peak was."""

    def __init__(self, x, y, **kw):
        self.x, self.y, self.cen, self.com, self.max, self.fwhm, self._data = x, y, 0.0, 0.0, (0.0, 0.0), 1.0, []

    def event(self, doc):
        self._data.append((doc["data"][self.x], doc["data"][self.y]))

    def stop(self, doc):
        if self._data:
            self.max = max(self._data, key=lambda p: p[1])
            self.cen = self.com = self.max[0]


class LiveImage(CallbackBase):
    def __init__(self, field=None, **kw):
        pass
