# writes: definite
# reads: none
# written: exact d/p/1/On
# complete: true
import PyTango

PyTango.DeviceProxy("d/p/1").On()
