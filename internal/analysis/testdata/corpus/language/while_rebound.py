# access: write epics.caput pattern[N:* N:1] constant[0] definite
import epics
i = 1
def again():
    global i
    i = input()
while i != 3:
    again()
    epics.caput(f"N:{i}", 0)
