# source: pyepics docs, "Device: collections of PVs" (pyepics.github.io)
# kind: writing
# writes: yes
# channels: 13LAB:scaler1.CNT 13LAB:scaler1.CONT 13LAB:scaler1.TP
# reads: yes
import epics


class CountingScaler(epics.Device):
    attrs = ("CNT", "CONT", "TP", "T", "S1", "S2", "S3")

    def __init__(self, prefix):
        super().__init__(prefix, delim=".", attrs=self.attrs)

    def one_shot(self, seconds):
        self.put("CONT", 0)
        self.put("TP", seconds)
        self.put("CNT", 1, wait=True)
        return [self.get(ch) for ch in ("S1", "S2", "S3")]


scaler = CountingScaler("13LAB:scaler1")
print(scaler.one_shot(0.5))
