"""Reports names that are meant to break a page: they have no form of a name, so they are neither kept nor published."""

import json
import sys
import time
from urllib.request import Request, urlopen

RECEIVER = sys.argv[1]
NAMES = [
    "<script>document.title='owned'</script>", "</style><script>document.title='owned'</script>", "<img src=//192.0.2.1/x>",
    "\"'><svg onload=document.title='owned'>", "&lt;b&gt;&#0;&amp", "]]><!--<b", "-->", "{{7*7}}${7*7}", "\u202egnp.exe\u2066",
    "a\u0000b\u0008c\u0085d", "\ufffe\ufdd0", "z\u0335\u0489\u0360" * 20, "مرحبا بالعالم", "家庭助理",
]
# An add-on can be called this.
LONG = "W" * 100

for number in range(12):
    report = {
        "uuid": f"hostile{number:025}", "version": "2026.<b>&\"'", "installation_type": "Home Assistant OS",
        "operating_system": {"board": "green", "version": "<i>17.1</i>\"'"},
        "supervisor": {"supported": True, "healthy": True, "arch": "<u>arm"},
        "recorder": {"engine": "<s>sql", "version": "1"},
        "integrations": NAMES * 60 if number == 0 else NAMES,
        "custom_integrations": [{"domain": name, "version": "1"} for name in NAMES],
        "addons": [{"slug": name, "version": "1", "protected": True, "auto_update": False} for name in [*NAMES, LONG]],
    }
    urlopen(Request(f"{RECEIVER}/v1", json.dumps(report).encode(), method="POST")).read()
for _ in range(300):
    with urlopen(RECEIVER + "/current_data.json") as answer:
        if json.load(answer)["active_installations"] == 12:
            break
    time.sleep(0.1)
else:
    sys.exit("the reports are not counted")
PUBLISHED = ["/", "/data.json", "/addons.json", "/custom_integrations.json", "/prometheus/base", "/prometheus/addons",
             "/prometheus/integrations", "/prometheus/custom_integrations"]
for path in PUBLISHED:
    with urlopen(RECEIVER + path) as answer:
        text = answer.read().decode()
    for name in [*NAMES, "<u>arm", "<s>sql", "<i>17.1", "2026.<b>"]:
        assert name not in text and json.dumps(name)[1:-1] not in text, f"{path} has {name}"
with urlopen(RECEIVER + "/addons.json") as answer:
    assert list(json.load(answer)) == [LONG]
