# writes: definite
# access: write epics.caput exact[DU] constant[1] definite
__import__("epi" "cs").caput("DU", 1)
