# source: own
# kind: hostile
# writes: yes
# channels: SR:HCM5:SP
# reads: no
import epics


class Remote:
    """Anything asked of it becomes a request."""

    def __init__(self, path=()):
        self._path = path

    def __getattr__(self, part):
        return Remote(self._path + (part,))

    def __call__(self, *args):
        *where, verb = self._path
        return getattr(epics, "ca" + verb)(":".join(where), *args)


machine = Remote()
machine.SR.HCM5.SP.put(0.33)
