# writes: unresolved
import yaml
yaml.unsafe_load("!!python/object/apply:epics.caput ['A', 1]")
