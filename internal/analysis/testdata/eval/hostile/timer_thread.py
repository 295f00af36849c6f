# source: Python documentation, threading.Timer (docs.python.org)
# kind: hostile
# writes: yes
# channels: WATER:PUMP:3:STOP
# reads: no
import threading

from epics import caput

tasks = {"report": print, "finish": caput}


def schedule(kind, *args):
    timer = threading.Timer(0.02, tasks[kind], args)
    timer.start()
    return timer


schedule("report", "all pumps nominal")
schedule("finish", "WATER:PUMP:3:STOP", 1).join()
