# writes: none
# reads: definite
import logging
import threading
import tkinter as tk
import weakref

import epics


class Lost(Exception):
    def __init__(self, pv):
        super().__init__(pv.pvname)
        self.pv = pv


root = tk.Tk()
label = tk.Label(root)
label.pv = epics.PV("A")
label.configure(text=str(label.pv.get()))
seen = weakref.ref(label.pv)
local = threading.local()
local.pv = label.pv
try:
    if local.pv.get() is None:
        raise Lost(local.pv)
except Lost as e:
    logging.error("lost %s at %s", e.pv.get(), seen().get())
