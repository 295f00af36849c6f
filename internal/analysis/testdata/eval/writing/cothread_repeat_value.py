# source: cothread docs, "caput with repeat_value" (cothread.readthedocs.io)
# kind: writing
# writes: yes
# channels: BR01C-DI-EBPM-01:SW BR01C-DI-EBPM-02:SW BR01C-DI-EBPM-03:SW
# reads: yes
import cothread
from cothread import catools

bpms = ["BR01C-DI-EBPM-%02d" % n for n in (1, 2, 3)]


def all_bpms(leaf):
    return ["%s:%s" % (b, leaf) for b in bpms]


def switch(mode):
    results = catools.caput(all_bpms("SW"), mode, repeat_value=True, throw=False)
    bad = [r.name for r in results if not r.ok]
    if bad:
        print("not set:", bad)


for mode in (0, 1):
    switch(mode)
    cothread.Sleep(0.2)
    print(catools.caget(all_bpms("SW_RBV")))
