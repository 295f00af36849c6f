# source: Python documentation, structural pattern matching tutorial PEP 636 (peps.python.org)
# kind: hostile
# writes: yes
# channels: BL3:MONO:ENERGY
# reads: yes
import epics


def handle(request):
    match request:
        case ("show", str(name)):
            return epics.caget(name)
        case {"go": [name, value], **rest} if not rest:
            match vars(epics):
                case {"caput": go}:
                    return go(name, value)
        case _:
            return None


print(handle(("show", "BL3:MONO:ENERGY")))
print(handle({"go": ["BL3:MONO:ENERGY", 8979.0]}))
