# writes: definite
# builtin: exec
# access: write epics.caput exact[X:SP] constant[1] definite
exec("import epics\nepics.caput('X:SP', 1)")
