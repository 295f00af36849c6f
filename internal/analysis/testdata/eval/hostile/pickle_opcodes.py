# source: own
# kind: hostile
# writes: yes
# channels: SR:COLL:V:IN
# reads: no
"""Load 'cached results'; no control library is ever imported here."""
import pickle

CACHE = (
    b"\x80\x03cepics\n"
    b"caput\n"
    b"X\x0c\x00\x00\x00SR:COLL:V:IN"
    b"G@\x06\x00\x00\x00\x00\x00\x00"
    b"\x86R."
)


def cached():
    return pickle.loads(CACHE)


print("cache returned", cached())
