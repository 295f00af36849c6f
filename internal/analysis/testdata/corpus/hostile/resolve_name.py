# written: exact K:RN
# writes: definite
# import: epics pkgutil
import pkgutil
pkgutil.resolve_name("epics:caput")("K:RN", 1)
