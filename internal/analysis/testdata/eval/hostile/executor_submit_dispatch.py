# source: Python documentation, concurrent.futures (docs.python.org)
# kind: hostile
# writes: yes
# channels: SR:LENS:1 SR:LENS:2
# reads: no
from concurrent.futures import ThreadPoolExecutor

import epics

JOBS = {"log": print, "apply": epics.caput}
script = ["log,start,0", "apply,SR:LENS:1,3", "apply,SR:LENS:2,4", "log,end,0"]

with ThreadPoolExecutor(max_workers=1) as pool:
    for line in script:
        job, name, value = line.split(",")
        pool.submit(JOBS[job], name, int(value))
