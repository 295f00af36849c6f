# source: own
# kind: hostile
# writes: yes
# channels: SR:QUAD:FAMILY1:SP
# reads: no
import operator
import osprey.runtime

table = [(operator.itemgetter(0), "read_channel"), (operator.itemgetter(1), "write_channel")]
words = ["read", "write"]
picks = [name for item, name in table if name.startswith(item(words))]
getattr(osprey.runtime, picks[-1])("SR:QUAD:FAMILY1:SP", 88.0)
