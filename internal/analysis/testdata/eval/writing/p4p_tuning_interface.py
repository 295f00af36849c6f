# source: SimplePVAInterface-like classes of machine tuning frameworks over p4p
# kind: writing
# writes: yes
# channels: SYN:SOL1:FIELD SYN:SOL2:FIELD
# reads: yes
import random
from p4p.client.thread import Context


class PVAInterface:
    """get_value and set_values as optimisers expect them."""

    def __init__(self, config=None):
        self.config = config or {}
        self.ctxt = Context("pva", nt=False)

    def get_value(self, name):
        return self.ctxt.get(name)["value"]

    def set_values(self, values):
        for name, value in values.items():
            self.ctxt.put(name, {"value": value})


class RandomSearch:
    def __init__(self, interface, knobs, objective):
        self.interface, self.knobs, self.objective = interface, knobs, objective

    def step(self):
        guess = {k: random.uniform(lo, hi) for k, (lo, hi) in self.knobs.items()}
        self.interface.set_values(guess)
        return guess, self.interface.get_value(self.objective)


search = RandomSearch(
    PVAInterface(),
    knobs={"SYN:SOL1:FIELD": (0.1, 0.2), "SYN:SOL2:FIELD": (0.0, 0.1)},
    objective="SYN:EMIT:X",
)
for _ in range(3):
    print(search.step())
