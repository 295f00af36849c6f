# source: Python documentation, configparser (docs.python.org)
# kind: tempting
# writes: no
# channels: -
# reads: no
import configparser
import io

config = configparser.ConfigParser()
config.read_string("[epics]\nwrites_enabled = false\nput_timeout = 5\n")
config.set("epics", "put_timeout", "10")
config["gateway"] = {"write": "deny", "caput": "SR:*:SP"}
config.remove_option("gateway", "caput")
text = io.StringIO()
config.write(text)
print(text.getvalue())
