"""tango.utils."""


def is_seq(x):
    return isinstance(x, (list, tuple))
