"""Plugins."""

from .base import ADBase
from .base import ADComponent as C
from .base import EpicsSignal, EpicsSignalRO
from .base import EpicsSignalWithRBV as RBV


class PluginBase(ADBase):
    """What every plugin has; staging turns it on."""

    enable = C(RBV, "EnableCallbacks", string=True, kind="config")
    blocking_callbacks = C(RBV, "BlockingCallbacks", string=True, kind="omitted")
    array_counter = C(RBV, "ArrayCounter", kind="omitted")
    nd_array_port = C(RBV, "NDArrayPort", kind="config")
    port_name = C(EpicsSignalRO, "PortName_RBV", string=True, kind="omitted")
    plugin_type = C(EpicsSignalRO, "PluginType_RBV", kind="omitted")
    _plugin_type = None

    def __init__(self, *a, **kw):
        super().__init__(*a, **kw)
        self.stage_sigs.update([("enable", 1)])
        self.stage_sigs.update([("blocking_callbacks", "Yes")])

    def disable_on_stage(self):
        self.stage_sigs.update([("enable", 0)])

    def ensure_nonblocking(self):
        self.stage_sigs.pop("blocking_callbacks", None)


class ImagePlugin(PluginBase):
    """The image as an array."""

    array_data = C(EpicsSignalRO, "ArrayData", kind="omitted")

    @property
    def image(self):
        return self.array_data.get()


class StatsPlugin(PluginBase):
    """Statistics."""

    total = C(EpicsSignalRO, "Total_RBV", kind="hinted")
    max_value = C(EpicsSignalRO, "MaxValue_RBV")
    mean_value = C(EpicsSignalRO, "MeanValue_RBV")
    compute_statistics = C(RBV, "ComputeStatistics", string=True, kind="config")
    compute_centroid = C(RBV, "ComputeCentroid", string=True, kind="config")


class ROIPlugin(PluginBase):
    """A region."""

    bin_x = C(RBV, "BinX", kind="config")
    min_x = C(RBV, "MinX", kind="config")
    min_y = C(RBV, "MinY", kind="config")
    size_x = C(RBV, "SizeX", kind="config")
    size_y = C(RBV, "SizeY", kind="config")


class FilePlugin(PluginBase):
    """Writes files."""

    file_path = C(RBV, "FilePath", string=True, kind="config")
    file_name = C(RBV, "FileName", string=True, kind="config")
    file_template = C(RBV, "FileTemplate", string=True, kind="config")
    file_number = C(RBV, "FileNumber", kind="omitted")
    file_write_mode = C(RBV, "FileWriteMode", string=True, kind="config")
    auto_increment = C(RBV, "AutoIncrement", kind="config")
    auto_save = C(RBV, "AutoSave", kind="config")
    num_capture = C(RBV, "NumCapture", kind="config")
    capture = C(RBV, "Capture", kind="omitted")
    full_file_name = C(EpicsSignalRO, "FullFileName_RBV", string=True, kind="config")


for _n in ("HDF5", "TIFF", "JPEG", "NetCDF", "Nexus", "Magick"):
    globals()[_n + "Plugin"] = type(_n + "Plugin", (FilePlugin,), {})
for _n in ("Process", "Transform", "Overlay", "ColorConv", "Pva", "CircularBuff", "Codec"):
    globals()[_n + "Plugin"] = type(_n + "Plugin", (PluginBase,), {})
__all__ = [n for n in globals() if n.endswith("Plugin") or n == "PluginBase"]
