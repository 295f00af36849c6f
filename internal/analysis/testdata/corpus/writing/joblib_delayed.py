# written: exact JL:1 JL:2
# writes: definite
from joblib import Parallel, delayed
from epics import caput
Parallel(n_jobs=2)(delayed(caput)(f"JL:{i}", 0) for i in (1, 2))
