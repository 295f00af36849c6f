# writes: definite
# access: write epics.caput exact[SR:HCM1:SP SR:HCM2:SP SR:HCM3:SP] constant[0] definite
import epics
for i in range(1, 4):
    epics.caput(f"SR:HCM{i}:SP", 0)
