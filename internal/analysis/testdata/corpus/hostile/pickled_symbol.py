# writes: unresolved
import pickle
pickle.loads(b"cepics\ncaput_many\n((lp0\nVX:1\nat.")
