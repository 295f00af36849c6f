# writes: definite
# written: exact FB:OUT
import time
import epics
class PID:
    def __init__(self, kp, ki):
        self.kp, self.ki, self.s = kp, ki, 0.0
    def __call__(self, e):
        self.s += e
        return self.kp * e + self.ki * self.s
def run(n=100):
    pid = PID(0.1, 0.01)
    rb, out = epics.PV("FB:IN"), epics.PV("FB:OUT")
    for _ in range(n):
        e = 5.0 - rb.get()
        if abs(e) < 0.01:
            break
        out.put(out.get() + pid(e))
        time.sleep(0.01)
run()
