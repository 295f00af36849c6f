# writes: unresolved
import yaml
yaml.load("!!python/object/apply:epics.caput ['A', 1]", Loader=yaml.UnsafeLoader)
