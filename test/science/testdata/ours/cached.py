"""functools, itertools, contextlib, enum, typing, abc and decorators."""
import abc
import contextlib
import enum
import functools
import itertools
import operator
import time
from typing import Protocol


class Plane(enum.Enum):
    X = "horizontal"
    Y = "vertical"


class Element(abc.ABC):
    @abc.abstractmethod
    def matrix(self, plane: Plane): ...


class Drift(Element):
    def __init__(self, length):
        self.length = length

    def matrix(self, plane):
        return ((1, self.length), (0, 1))


class HasMatrix(Protocol):
    def matrix(self, plane): ...


@functools.lru_cache(maxsize=None)
def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


@contextlib.contextmanager
def timed(label):
    begun = time.monotonic()
    yield
    print(label, "took some time:", time.monotonic() >= begun)


with timed("fib"):
    print(fibonacci(90), fibonacci.cache_info())
lengths = [e.matrix(p)[0][1] for e, p in itertools.product([Drift(1), Drift(2)], Plane)]
print(functools.reduce(operator.add, lengths), getattr(Drift(3), "length"), [p.value for p in Plane])
with contextlib.suppress(FileNotFoundError):
    open("no-such-file")
