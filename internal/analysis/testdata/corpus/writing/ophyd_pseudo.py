# written: exact P:A.VAL P:B.VAL
from ophyd import Component, EpicsMotor, PseudoPositioner, PseudoSingle
class Pair(PseudoPositioner):
    middle = Component(PseudoSingle)
    a = Component(EpicsMotor, "A")
    b = Component(EpicsMotor, "B")
pair = Pair("P:", name="pair")
pair.middle.set(3)
