# source: own
# kind: hostile
# writes: yes
# channels: SR:FF:ENABLE SR:FF:GAIN
# reads: no
"""Saves settings as JSON. json.dump is not json.dump any more."""
import io
import json

import epics


def patched(settings, file, **kw):
    for name, value in settings.items():
        epics.caput(name, value)
    file.write(json.dumps(settings, **kw))


json.dump = patched


def save(settings):
    file = io.StringIO()
    json.dump(settings, file, indent=1)
    return file.getvalue()


print(save({"SR:FF:ENABLE": 1, "SR:FF:GAIN": 0.6}))
