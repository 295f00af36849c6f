# writes: none
# unresolved: -
import ipywidgets as widgets
from epics import caget
box = widgets.FloatText()
box.value = caget("A")
