"""Protocols of devices."""
from typing import Any, Protocol, runtime_checkable


def _protocol(name):
    return runtime_checkable(type(name, (Protocol,), {"__module__": __name__}))


class Movable(Protocol):
    def set(self, value) -> Any: ...


Readable = Triggerable = Stageable = Stoppable = Configurable = Flyable = HasName = Locatable = Preparable = Subscribable = Status = HasHints = Movable
Location = Reading = dict
