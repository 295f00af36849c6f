# writes: none
import tkinter as tk
import epics
root = tk.Tk()
var = tk.StringVar()
lbl = tk.Label(root, textvariable=var)
lbl.pack()
def tick():
    var.set(str(epics.caget("A")))
    root.after(1000, tick)
tick()
root.mainloop()
