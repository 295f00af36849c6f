# writes: unresolved
# unresolved: import
import facility_magic
facility_magic.set_beam(3)
