# source: caproto docs, "Threading client: batch requests" (caproto.github.io)
# kind: writing
# writes: yes
# channels: bulk:1 bulk:2 bulk:3
# reads: no
from caproto.threading.client import Batch, Context

ctx = Context()
pvs = ctx.get_pvs(*[f"bulk:{n}" for n in (1, 2, 3)])
answers = {}


def stash(name, response):
    answers[name] = response


with Batch() as batch:
    for k, pv in enumerate(pvs):
        batch.write(pv, [float(k)], callback=lambda r, n=pv.name: stash(n, r))
print(answers)
