# writes: unresolved
# unresolved: pickle.load
import pickle, epics
obj = pickle.load(open("x.pkl", "rb"))
print(epics.caget("X"))
