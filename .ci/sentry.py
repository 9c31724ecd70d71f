"""Reads envelopes, one file each, with the reader of Sentry's own client for Python."""

import sys
from pathlib import Path

from sentry_sdk import VERSION
from sentry_sdk.envelope import Envelope

files = sys.argv[1:]
for file in files:
    body = Path(file).read_bytes()
    envelope = Envelope.deserialize(body)
    (item,) = envelope.items
    event = envelope.get_event()
    assert item.type == "event" and item.data_category == "error", item.headers
    assert len(item.payload.get_bytes()) == item.headers["length"], item.headers
    assert envelope.headers["event_id"] == event["event_id"], envelope.headers
    assert event["exception"]["values"][0]["stacktrace"]["frames"], event
    # What follows the length that is told would be another item.
    assert body.endswith(item.payload.get_bytes()), file
    print(f"sentry_sdk {VERSION}: {event['exception']['values'][0]['type']}: {event['exception']['values'][0]['value']}")
assert files, "there is nothing to read"
