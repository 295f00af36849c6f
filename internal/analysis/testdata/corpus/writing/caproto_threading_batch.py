# writes: definite
# access: write caproto.threading.client.PV.write exact[P:1] constant[1] definite
# access: write caproto.threading.client.Batch.write exact[P:2] constant[2] definite
from caproto.threading.client import Context, Batch
ctx = Context()
one, two = ctx.get_pvs("P:1", "P:2")
one.write(1)
with Batch() as b:
    b.write(two, 2)
