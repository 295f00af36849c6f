# source: ESRF and Elettra command-line scripts over PyTango (device and target on the command line)
# kind: writing
# writes: yes
# channels: runtime
# reads: yes
# argv: sr/ps/q4 12.5
import sys
import time
import tango


def main(device, target):
    proxy = tango.DeviceProxy(device)
    now = float(proxy.read_attribute("Current").value)
    for k in range(1, 6):
        proxy.write_attribute("Current", now + (float(target) - now) * k / 5)
        time.sleep(1)


if __name__ == "__main__":
    main(*sys.argv[1:3])
