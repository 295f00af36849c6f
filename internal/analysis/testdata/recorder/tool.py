"""The command-line tools of control systems, recording: tool.py NAME ARGS..."""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "stubs"))
import _recording as rec

# Options that take the next word, of the EPICS tools; the others stand alone.
TAKES = {"caput": "wp#F", "caget": "wpde#fFg", "camonitor": "wptm#F", "cainfo": "wp", "pvput": "wprFM", "pvget": "wrpFM"}


def operands(name, args):
    """The words that are neither options nor their values."""
    takes = TAKES.get(name, "wrpFM")
    out, i = [], 0
    while i < len(args):
        a = args[i]
        number = len(a) > 1 and (a[1].isdigit() or a[1] == ".")
        if a == "--":
            return out + args[i + 1:]
        if a.startswith("-") and len(a) > 1 and not (number and out):
            if len(a) == 2 and a[1] in takes:
                i += 1
        else:
            out.append(a)
        i += 1
    return out


def main(name, args):
    """Record what NAME would do."""
    words = operands(name, args)
    if name == "sleep":
        return 0
    if name == "tango_admin":
        if "--add-property" in args or "--add-server" in args:
            rec.write("?", " ".join(args))
        return 0
    if not words and name not in ("pvlist", "pvxlist"):
        print(f"{name}: no pv name specified", file=sys.stderr)
        return 1
    if "put" in name or "write" in name or "call" in name:
        channel, value = words[0], " ".join(words[1:])
        if name in ("uawrite", "opcua-write"):
            channel = args[args.index("-n") + 1] if "-n" in args else "?"
            value = words[-1]
        if not value and name not in ("pvcall", "pvxcall"):
            print(f"{name}: no value specified", file=sys.stderr)
            return 1
        old = rec.peek(channel)
        rec.write(channel, value)
        if "-t" not in args:
            print(f"Old : {channel:30} {old}\nNew : {channel:30} {value}")
        return 0
    for channel in words:
        value = rec.text(rec.read(channel))
        print(value if "-t" in args else f"{channel:30} {value}")
    return 0


if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(main(sys.argv[1], sys.argv[2:]))
