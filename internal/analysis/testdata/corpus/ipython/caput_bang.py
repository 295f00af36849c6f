# syntax: notebook lines
# writes: definite
# access: write caput exact[BANG:SP] constant[1] definite
!caput BANG:SP 1
