# writes: unresolved
import ctypes
getattr(ctypes.cdll, "libca.so").ca_put()
