"""softioc.softioc, recording."""

import _recording as rec


def iocInit(dispatcher=None, enable_pva=True):
    return None


def interactive_ioc(context={}, call_exit=True):
    return None


def non_interactive_ioc():
    return None


def dbpf(name, value):
    rec.write(name, value)


def dbgf(name):
    rec.read(name)


def dbl(*a):
    return None


devIocStats = dbl
