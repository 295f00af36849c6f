# source: own, a tool that tells the operator what to type
# kind: reading
# writes: no
# channels: -
# reads: yes
"""Compare trim setpoints with the reference; changing them stays with the operator (caput)."""
import epics

REFERENCE = {"BST:TRIM1:SP": 0.42, "BST:TRIM2:SP": -0.10, "BST:TRIM3:SP": 0.00}
HINT = "to restore it: caput {name} {value:.3f}"

for name, value in REFERENCE.items():
    actual = epics.caget(name)
    if actual is None or abs(actual - value) > 0.005:
        print(f"{name}: {actual} instead of {value};", HINT.format(name=name, value=value))
