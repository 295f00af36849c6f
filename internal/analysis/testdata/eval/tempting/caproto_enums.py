# source: caproto documentation, Channel Access data types (caproto.github.io)
# kind: tempting
# writes: no
# channels: -
# reads: no
from caproto import AlarmSeverity, AlarmStatus, ChannelType

WRITABLE = {ChannelType.DOUBLE, ChannelType.LONG, ChannelType.STRING}


def describe(kind):
    return f"{kind.name.lower()}={int(kind)}{' (put)' if kind in WRITABLE else ''}"


print(", ".join(describe(kind) for kind in sorted(WRITABLE)))
print(AlarmSeverity.MAJOR_ALARM.value, AlarmStatus.WRITE.name)
