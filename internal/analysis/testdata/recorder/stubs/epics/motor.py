"""epics.Motor, recording."""

import time

from . import device

ATTRS = {"acceleration": "ACCL", "back_accel": "BACC", "backlash": "BDST", "back_speed": "BVEL", "card": "CARD", "dial_high_limit": "DHLM",
         "direction": "DIR", "dial_low_limit": "DLLM", "settle_time": "DLY", "done_moving": "DMOV", "dial_readback": "DRBV", "description": "DESC",
         "dial_drive": "DVAL", "units": "EGU", "encoder_step": "ERES", "freeze_offset": "FOFF", "move_fraction": "FRAC", "hi_severity": "HHSV",
         "hi_alarm": "HIGH", "hihi_alarm": "HIHI", "high_limit": "HLM", "high_limit_set": "HLS", "hw_limit": "HLSV", "home_forward": "HOMF",
         "home_reverse": "HOMR", "high_op_range": "HOPR", "high_severity": "HSV", "integral_gain": "ICOF", "jog_accel": "JAR", "jog_forward": "JOGF",
         "jog_reverse": "JOGR", "jog_speed": "JVEL", "last_dial_val": "LDVL", "low_limit": "LLM", "low_limit_set": "LLS", "lo_severity": "LLSV",
         "lolo_alarm": "LOLO", "low_op_range": "LOPR", "low_alarm": "LOW", "last_rel_val": "LRLV", "last_dial_drive": "LRVL", "last_SPMG": "LSPG",
         "low_severity": "LSV", "last_drive": "LVAL", "soft_limit": "LVIO", "in_progress": "MIP", "missed": "MISS", "moving": "MOVN",
         "resolution": "MRES", "motor_status": "MSTA", "offset": "OFF", "output_mode": "OMSL", "output": "OUT", "prop_gain": "PCOF", "precision": "PREC",
         "readback": "RBV", "retry_max": "RTRY", "retry_count": "RCNT", "retry_deadband": "RDBD", "dial_difference": "RDIF", "raw_encoder_pos": "REP",
         "raw_high_limit": "RHLS", "raw_low_limit": "RLLS", "relative_value": "RLV", "raw_motor_pos": "RMP", "raw_readback": "RRBV", "readback_res": "RRES",
         "raw_drive": "RVAL", "dial_speed": "RVEL", "s_speed": "S", "s_back_speed": "SBAK", "s_base_speed": "SBAS", "s_max_speed": "SMAX", "set": "SET",
         "stop_go": "SPGM", "s_revolutions": "SREV", "stop_command": "STOP", "t_direction": "TDIR", "tweak_forward": "TWF", "tweak_reverse": "TWR",
         "tweak_val": "TWV", "use_encoder": "UEIP", "u_revolutions": "UREV", "use_rdbl": "URIP", "drive": "VAL", "base_speed": "VBAS", "slew_speed": "VELO",
         "version": "VERS", "max_speed": "VMAX", "use_home": "ATHM", "deriv_gain": "DCOF", "use_torque": "CNEN", "device_type": "DTYP", "disable": "DISP", "enabled": "CNEN"}


class MotorLimitException(Exception):
    """Outside the soft limits."""


class MotorException(Exception):
    """Anything else."""


class Motor(device.Device):
    """The motor record."""

    _alias, _extras = ATTRS, {"disabled": "_able.VAL"}
    attrs = tuple(ATTRS)
    _init_list = ("VAL", "DESC", "RTYP", "RBV", "PREC", "TWV", "FOFF", "VELO", "STAT", "SET", "TWF", "TWR", "LVIO", "HLM", "LLM", "SPMG")

    def __init__(self, name=None, timeout=3.0):
        if name is None:
            raise MotorException("must supply motor name")
        name = name.removesuffix(".VAL").removesuffix(".")
        self._prefix = name
        device.Device.__init__(self, name, delim=".", attrs=None, timeout=timeout, aliases=dict(self._alias))

    def PV(self, attr, connect=True, timeout=None, **kw):
        if attr in self._extras:
            return self.add_pv(self._prefix.removesuffix(".") + self._extras[attr], attr) if attr not in self._pvs else self._pvs[attr]
        return device.Device.PV(self, attr, connect, timeout, **kw)

    def __getattr__(self, attr):
        if attr.startswith("_"):
            raise AttributeError(attr)
        if attr in self._aliases or attr in self._pvs or attr in self._extras or (attr.isupper() and len(attr) <= 4):
            return self.PV(attr).get()
        raise AttributeError(f"EpicsMotor has no attribute {attr}")

    def __setattr__(self, attr, value):
        if attr.startswith("_"):
            object.__setattr__(self, attr, value)
        elif attr in self._aliases or attr in self._pvs or attr in self._extras or attr.isupper() and len(attr) <= 4:
            self.PV(attr).put(value)
        else:
            object.__setattr__(self, attr, value)

    def check_limits(self):
        return None

    def within_limits(self, val, dial=False, raw=False):
        return self.get("LLM") <= val <= self.get("HLM")

    def move(self, val=None, relative=False, wait=False, timeout=300.0, dial=False, step=False, raw=False, ignore_limits=False, confirm_move=False):
        field = "DVAL" if dial else "RVAL" if raw else "VAL"
        if relative:
            val = float(val) + self.get(field)
        if not (ignore_limits or raw) and not self.within_limits(val, dial=dial):
            return -1
        self.put(field, val, wait=wait, timeout=timeout)
        return 0 if wait else 0

    def tweak(self, direction="forward", wait=False, timeout=300.0):
        self.put("TWR" if direction.startswith("rev") else "TWF", 1, wait=wait)
        return 0

    def stop(self):
        self.put("STOP", 1)

    def get_position(self, dial=False, readback=False, step=False, raw=False):
        if readback:
            return self.get("DRBV" if dial else "RRBV" if raw else "RBV")
        return self.get("DVAL" if dial else "RVAL" if raw else "VAL")

    def set_position(self, position, dial=False, step=False, raw=False):
        self.put("SET", 1)
        self.put("DVAL" if dial else "RVAL" if raw else "VAL", position)
        self.put("SET", 0)

    def get_pv(self, attr):
        return self.PV(attr)

    def set_callback(self, attr="drive", callback=None, kws=None):
        self.PV(attr).add_callback(callback, **(kws or {}))

    def clear_callback(self, attr="drive"):
        self.PV(attr).clear_callbacks()

    def refresh(self):
        return None

    def stop_motors(self):
        self.stop()

    def make_step_list(self, minstep=0.0, maxstep=None, decades=10):
        return [0.1, 1.0]

    def get_info(self):
        return {k: self.get(ATTRS[k]) for k in ("description", "precision", "units", "drive", "readback")}

    def show_info(self):
        print(self.get_info())

    StatusMessage = property(lambda self: "")
