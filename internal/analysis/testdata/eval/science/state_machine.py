# source: own
# kind: science
# writes: no
# channels: -
# reads: no
import contextlib
import enum
import time


class State(enum.Enum):
    IDLE = enum.auto()
    RUNNING = enum.auto()
    DONE = enum.auto()


class Experiment:
    allowed = {State.IDLE: {State.RUNNING}, State.RUNNING: {State.DONE, State.IDLE}, State.DONE: set()}

    def __init__(self):
        self.state, self.log = State.IDLE, []

    def go(self, state):
        if state not in self.allowed[self.state]:
            raise RuntimeError(f"{self.state.name} cannot become {state.name}")
        self.log.append((self.state.name, state.name))
        self.state = state


@contextlib.contextmanager
def timed(label):
    start = time.perf_counter()
    try:
        yield
    finally:
        print(label, time.perf_counter() - start < 5)


with timed("run"), contextlib.suppress(RuntimeError):
    experiment = Experiment()
    for state in (State.RUNNING, State.DONE, State.IDLE):
        experiment.go(state)
print(experiment.log)
