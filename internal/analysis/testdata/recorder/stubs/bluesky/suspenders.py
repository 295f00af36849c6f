"""Suspenders: nothing is ever suspended here."""


class SuspenderBase:
    def __init__(self, signal, *a, **kw):
        self.signal = signal


SuspendBoolHigh = SuspendBoolLow = SuspendFloor = SuspendCeil = SuspendWhenOutsideBand = SuspendInBand = SuspendWhenChanged = SuspenderBase
