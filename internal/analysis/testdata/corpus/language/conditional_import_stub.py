# writes: possible
# written: exact CI:2
try:
    import epics
    put = epics.caput
except ImportError:
    def put(pv, v):
        print(pv, v)
put("CI:2", 1)
