%%bash
# syntax: notebook lines
# writes: definite
# command: bash
# command: caput X 1
# access: write caput exact[X] constant[1] definite
caput X 1
