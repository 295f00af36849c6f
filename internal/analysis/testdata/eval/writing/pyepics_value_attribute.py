# source: pyepics docs, "PV attributes: assigning to PV.value" (pyepics.github.io)
# kind: writing
# writes: yes
# channels: EL:DAC1:OUT EL:DAC2:OUT
# reads: yes
import math
import epics


class Oscillator:
    def __init__(self, name, amplitude=1.0):
        self.pv = epics.PV(name)
        self.amplitude = amplitude

    def step(self, phase):
        self.pv.value = self.amplitude * math.sin(phase)


dacs = [Oscillator("EL:DAC1:OUT"), Oscillator("EL:DAC2:OUT", 0.5)]
for k in range(4):
    for dac in dacs:
        dac.step(2 * math.pi * k / 4)
print([d.pv.value for d in dacs])
