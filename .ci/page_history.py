"""Gives a store a past: every hour of 30 days and every day of 400, as installations came and some left."""

import json
import math
import sqlite3
import sys
import time

HOUR = 3600 * 1000
NOW = int(time.time() * 1000) // HOUR * HOUR

with sqlite3.connect(sys.argv[1]) as store:
    for hours in [*range(400 * 24, 30 * 24, -24), *range(30 * 24, 0, -1)]:
        grown = 6_000 / (1 + math.exp((hours - 4600) / 1700)) / 0.935
        count = int(grown + 50 * math.sin(hours / 24 / 7 * 2 * math.pi))
        types = dict.fromkeys(["os", "container", "core", "supervised", "unsupported_container", "unknown"], 0)
        entry = {"timestamp": str(NOW - hours * HOUR), "active_installations": count, "installation_types": types, "versions": {}}
        store.execute("INSERT INTO history VALUES (?, ?)", (NOW - hours * HOUR, json.dumps(entry)))
