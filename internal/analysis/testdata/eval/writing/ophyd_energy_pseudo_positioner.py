# source: ophyd docs, "PseudoPositioner" (blueskyproject.io/ophyd), a monochromator's energy axis
# kind: writing
# writes: yes
# channels: MONO:BRAGG.VAL MONO:PERP.VAL
# reads: yes
import math
from ophyd import Component as Cpt, EpicsMotor, PseudoPositioner, PseudoSingle
from ophyd.pseudopos import pseudo_position_argument, real_position_argument

HC = 12.39842
D111 = 3.1356
GAP = 20.0


class Mono(PseudoPositioner):
    energy = Cpt(PseudoSingle, egu="keV")
    bragg = Cpt(EpicsMotor, ":BRAGG")
    perp = Cpt(EpicsMotor, ":PERP")

    @pseudo_position_argument
    def forward(self, pseudo):
        theta = math.asin(HC / pseudo.energy / (2 * D111))
        return self.RealPosition(bragg=math.degrees(theta), perp=GAP / (2 * math.cos(theta)))

    @real_position_argument
    def inverse(self, real):
        return self.PseudoPosition(energy=HC / (2 * D111 * math.sin(math.radians(real.bragg or 10))))


mono = Mono("MONO", name="mono", concurrent=True)
mono.energy.move(12.0)
print(mono.position)
