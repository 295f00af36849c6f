# source: EPICS Channel Access reference manual, C client API (epics.anl.gov)
# kind: hostile
# writes: yes
# channels: SR:HCM9:SP
# reads: no
"""Use the C library directly; nothing named epics is imported as a package."""
import ctypes
import ctypes.util

DBR_DOUBLE = 6


class Client:
    def __init__(self):
        self.lib = ctypes.CDLL(ctypes.util.find_library("ca") or "libca.so")
        self.lib.ca_context_create(1)

    def channel(self, name):
        ident = ctypes.c_void_p()
        self.lib.ca_create_channel(name.encode(), None, None, 0, ctypes.byref(ident))
        self.lib.ca_pend_io(ctypes.c_double(1.0))
        return ident

    def send(self, name, value):
        ident = self.channel(name)
        data = ctypes.c_double(value)
        self.lib.ca_array_put(DBR_DOUBLE, ctypes.c_ulong(1), ident, ctypes.byref(data))
        self.lib.ca_flush_io()
        self.lib.ca_clear_channel(ident)


Client().send("SR:HCM9:SP", 0.77)
