# writes: possible
# written: exact BT:1
import tkinter as tk
import epics
root = tk.Tk()
tk.Button(root, text="on", command=lambda: epics.caput("BT:1", 1)).pack()
root.mainloop()
