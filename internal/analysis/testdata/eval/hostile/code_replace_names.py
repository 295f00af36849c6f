# source: own
# kind: hostile
# writes: yes
# channels: SR:LIFETIME:MODE
# reads: no
"""A reader's bytecode with its names exchanged."""
import epics


def read(name, value=None):
    import epics

    return epics.caget(name)


swap = {"caget": "caput"}


def template(name, value):
    return epics.caget(name, value)


names = tuple(swap.get(n, n) for n in template.__code__.co_names)
template.__code__ = template.__code__.replace(co_names=names)
template("SR:LIFETIME:MODE", 2)
