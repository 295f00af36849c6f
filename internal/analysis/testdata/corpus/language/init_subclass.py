# writes: definite
# written: exact IS:1
import epics
class Base:
    registry = []
    def __init_subclass__(cls, **kw):
        Base.registry.append(cls)
class A(Base):
    def run(self):
        epics.caput("IS:1", 1)
for cls in Base.registry:
    cls().run()
