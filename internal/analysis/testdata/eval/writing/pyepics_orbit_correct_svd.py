# source: SVD orbit correction as in accelerator toolboxes and the pyAML orbit tutorial; EPICS side with pyepics PV objects
# kind: writing
# writes: yes
# channels: BR:HCOR1:AMPS:SET BR:HCOR2:AMPS:SET BR:HCOR3:AMPS:SET BR:HCOR4:AMPS:SET
# reads: yes
import numpy as np
import epics

NBPM, NCOR = 6, 4
GAIN = 0.4
LIMIT = 2.5

rng = np.random.default_rng(7)
response = rng.normal(size=(NBPM, NCOR))
u, s, vt = np.linalg.svd(response, full_matrices=False)
keep = s > 0.05 * s[0]
inverse = vt[keep].T @ np.diag(1 / s[keep]) @ u[:, keep].T

bpms = [epics.PV(f"BR:BPM{i}:X") for i in range(1, NBPM + 1)]
correctors = [epics.PV("BR:HCOR%d:AMPS:SET" % i) for i in range(1, NCOR + 1)]
for pv in bpms + correctors:
    pv.wait_for_connection(timeout=1.0)

for turn in range(3):
    x = np.array([pv.get() for pv in bpms], float)
    print(f"iteration {turn}: rms {x.std():.4f} mm")
    step = -GAIN * inverse @ x
    for pv, d in zip(correctors, step):
        new = float(np.clip(pv.get() + d, -LIMIT, LIMIT))
        pv.put(new, wait=True)
