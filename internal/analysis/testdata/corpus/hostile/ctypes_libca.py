# writes: unresolved
# unresolved: ctypes.CDLL
import ctypes
ca = ctypes.CDLL("/usr/lib/libca.so")
ca.ca_array_put(0, 1, None, None)
