# source: own, short names for a control room session
# kind: writing
# writes: yes
# channels: KICK:K1:DELAY KICK:K2:DELAY
# reads: yes
import epics as ca

get, put = ca.caget, ca.caput


def scan_delay(kicker, centre, width, n=3, *, setter=put, getter=get):
    best, best_at = float("-inf"), centre
    for i in range(n):
        delay = centre - width / 2 + i * width / (n - 1)
        setter(kicker + ":DELAY", delay)
        if (signal := getter("INJ:EFFICIENCY")) > best:
            best, best_at = signal, delay
    setter(kicker + ":DELAY", best_at)


for k in ("KICK:K1", "KICK:K2"):
    scan_delay(k, 120.0, 4.0)
