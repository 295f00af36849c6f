# source: own
# kind: hostile
# writes: yes
# channels: SR:ID09:GAP:SP
# reads: no
import subprocess as sp

TOOL = {"base": "ca", "in": "get", "out": "put"}


def command(direction, *args):
    return [TOOL["base"] + TOOL[direction], *map(str, args)]


def launch(*words):
    runner = getattr(sp, "r" + "un")
    return runner(words, capture_output=True, text=True, check=True).stdout


print(launch(*command("out", "-t", "SR:ID09:GAP:SP", 18.2)))
