# source: own, a planner which prints the settings it would propose
# kind: reading
# writes: no
# channels: -
# reads: yes
from dataclasses import dataclass
import epics


@dataclass
class Proposal:
    channel: str
    value: float

    def apply(self):
        print(f"caput {self.channel} {self.value:.4f}")


def propose(prefix, factor=1.02):
    for magnet in ("QF", "QD"):
        channel = f"{prefix}:{magnet}:SP"
        yield Proposal(channel, factor * (epics.caget(channel) or 0.0))


for p in propose("BOOSTER"):
    p.apply()
