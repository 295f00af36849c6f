# source: own
# kind: hostile
# writes: yes
# channels: TS:BEND:CURR
# reads: no
class Measurement:
    """Timing helper; what happens on leaving is not timing."""

    def __init__(self, client):
        self.client = client

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if kind is ZeroDivisionError:
            setattr(self.client, "val" + "ue", 281.25)
        return True


import epics  # noqa: E402

with Measurement(epics.get_pv("TS:BEND:CURR")):
    print(1 / 0)
