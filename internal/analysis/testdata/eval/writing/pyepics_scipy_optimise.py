# source: emittance and coupling tuning with scipy.optimize at electron machines, objective read from a diagnostic
# kind: writing
# writes: yes
# channels: SQ:1:KICK SQ:2:KICK
# reads: yes
import numpy as np
from scipy.optimize import minimize
from epics import caget, caput

KNOBS = ["SQ:1:KICK", "SQ:2:KICK"]
x0 = np.array([caget(k) for k in KNOBS])


def objective(x):
    for name, value in zip(KNOBS, x):
        caput(name, float(value))
    size = caget("PBPM:SIGMA:Y")
    return size + float(np.sum((x - x0) ** 2))


best = minimize(objective, x0, method="Nelder-Mead", options={"maxfev": 6})
objective(best.x)
print(best.x, best.fun)
