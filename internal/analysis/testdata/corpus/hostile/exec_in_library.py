# writes: definite
# access: write epics.caput exact[EL:A] constant[1] definite
# access: write epics.caput exact[EL:B] constant[2] definite
# access: write epics.caput exact[EL:C] constant[3] definite
# access: write epics.caput exact[EL:D] constant[4] definite
# unresolved: exec
# unresolved: runpy
import cProfile
import runpy
import timeit
import epics
exec("caput('EL:A', 1)", vars(epics))
timeit.timeit("epics.caput('EL:B', 2)", setup="import epics")
cProfile.run("epics.caput('EL:C', 3)")
exec("pass", epics.unknown_names())
runpy.run_module("epics.autosave")
cProfile.Profile().run("epics.caput('EL:D', 4)")
