# source: cothread documentation, catools (cothread.readthedocs.io)
# kind: hostile
# writes: yes
# channels: SR-CS-FILL-01:BUCKET
# reads: no
import cothread
from cothread import catools

verbs = dict(zip(("look", "touch"), (catools.caget, catools.caput)))


def worker(kind, *args):
    return verbs[kind](*args)


task = cothread.Spawn(worker, "touch", "SR-CS-FILL-01:BUCKET", 77)
task.Wait()
