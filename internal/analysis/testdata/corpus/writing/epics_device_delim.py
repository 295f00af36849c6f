# written: exact ADC.GAIN
import epics
epics.Device("ADC", delim=".", attrs=["GAIN"]).put("GAIN", 2)
