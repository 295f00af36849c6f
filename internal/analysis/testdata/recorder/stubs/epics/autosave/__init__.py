"""epics.autosave, recording: files of lines "NAME VALUE"."""

from epics import PV


def restore_pvs(filepath, debug=False):
    with open(filepath) as f:
        for line in f:
            if line.strip() and not line.startswith(("#", "<END>")):
                name, _, value = line.strip().partition(" ")
                PV(name).put(value)
    return True


def save_pvs(request_file, save_file, debug=False):
    with open(request_file) as f:
        names = [n.strip() for n in f if n.strip() and not n.startswith("#")]
    with open(save_file, "w") as f:
        for n in names:
            f.write(f"{n} {PV(n).get()}\n")
        f.write("<END>\n")
