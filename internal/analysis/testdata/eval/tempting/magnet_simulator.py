# source: own
# kind: tempting
# writes: no
# channels: -
# reads: no
"""A power supply that lives in this process, with an interface like a real one."""
from dataclasses import dataclass, field


@dataclass
class PowerSupply:
    name: str
    setpoint: float = 0.0
    current: float = 0.0
    history: list = field(default_factory=list)

    def write(self, value):
        self.setpoint = float(value)

    def write_attribute(self, attribute, value):
        setattr(self, attribute, value)

    def step(self, dt=0.1, tau=0.5):
        self.current += (self.setpoint - self.current) * dt / tau
        self.history.append(self.current)


supply = PowerSupply("SR:HCM1")
supply.write(2.0)
supply.write_attribute("current", 0.5)
for _ in range(40):
    supply.step()
print(round(supply.current, 3), len(supply.history))
