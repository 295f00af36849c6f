# written: exact PLG:A
# writes: definite
# complete: true
import abc, epics
class Plugin(abc.ABC):
    @abc.abstractmethod
    def run(self): ...
class A(Plugin):
    def run(self): epics.caput("PLG:A", 1)
class B(Plugin):
    def run(self): print(epics.caget("PLG:B"))
for p in Plugin.__subclasses__(): p().run()
