# source: Python documentation, tkinter coupling widget variables (docs.python.org)
# kind: tempting
# writes: no
# channels: -
# reads: no
"""A small panel; without a display it keeps its numbers in plain objects."""
try:
    import tkinter as tk

    root = tk.Tk()
    root.withdraw()
    StringVar = tk.StringVar
except Exception:  # no display, or no tkinter

    class StringVar:
        def __init__(self, value=""):
            self._value = value

        def set(self, value):
            self._value = value

        def get(self):
            return self._value


channel = StringVar(value="SR:HCM1:SP")
shown = StringVar()


def refresh(value):
    shown.set(f"{channel.get()} = {value:.3f} A")


refresh(0.5)
channel.set("SR:VCM1:SP")
refresh(-0.5)
print(shown.get())
