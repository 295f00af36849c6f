# writes: definite
# access: write pvput exact[SH:SP] constant[1] definite
import os
os.system("sleep 1 && pvput SH:SP 1 > /dev/null")
