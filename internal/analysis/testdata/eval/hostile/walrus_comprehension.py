# source: own
# kind: hostile
# writes: yes
# channels: SR:HCM14:SP SR:HCM15:SP
# reads: no
import epics

table = {14: 0.01, 15: 0.02}
done = [
    status
    for number, amps in table.items()
    if (verb := next(n for n in dir(epics) if n[2:] == "put"))
    and (status := getattr(epics, verb)(f"SR:HCM{number}:SP", amps)) is not None
]
print(len(done), "checked")
