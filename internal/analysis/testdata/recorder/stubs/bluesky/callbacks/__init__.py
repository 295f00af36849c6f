"""Callbacks."""


class CallbackBase:
    """Documents by their names."""

    def __call__(self, name, doc, *a, **kw):
        return getattr(self, name, lambda d: None)(doc)

    start = descriptor = event = bulk_events = stop = resource = datum = lambda self, doc: None


class CallbackCounter:
    def __init__(self):
        self.value = 0

    def __call__(self, name, doc):
        self.value += 1


class LiveTable(CallbackBase):
    """Prints."""

    def __init__(self, fields=(), **kw):
        self._fields = fields


class LivePlot(LiveTable):
    """Draws."""

    def __init__(self, y=None, x=None, **kw):
        super().__init__()


LiveGrid = LiveScatter = LiveFit = LiveFitPlot = LiveMesh = LivePlot


class BestEffortCallback(CallbackBase):
    """Does its best."""

    def __init__(self, *a, **kw):
        self.peaks, self.overrides = {}, {}

    disable_plots = enable_plots = disable_table = disable_heading = disable_baseline = lambda self: None


def print_metadata(*a):
    return None


collector = lambda field, output: lambda name, doc: output.append(doc["data"][field]) if name == "event" else None
