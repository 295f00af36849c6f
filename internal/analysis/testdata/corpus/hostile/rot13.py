# writes: definite
# access: write epics.caput exact[R13] constant[1] definite
import codecs, importlib
m = importlib.import_module(codecs.decode("rcvpf", "rot13"))
getattr(m, "tupac"[::-1])("R13", 1)
