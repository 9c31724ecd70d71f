"""Reads a receiver's JSON with python-homeassistant-analytics, unchanged, and compares what it understands."""

import asyncio
import json
import sys
from datetime import datetime, timezone
from urllib.request import urlopen

from aiohttp import ClientSession
from python_homeassistant_analytics import HomeassistantAnalyticsClient
from python_homeassistant_analytics.exceptions import HomeassistantAnalyticsNotModifiedError
from yarl import URL

PUBLIC = URL("https://analytics.home-assistant.io")


class Here:
    """A session that asks the receiver instead of the public site, and nobody else."""

    def __init__(self, session, receiver):
        self.session, self.receiver, self.asked = session, URL(receiver), []

    async def get(self, url, headers):
        assert url.origin() == PUBLIC, f"the client asks {url}"
        self.asked.append(url.path)
        return await self.session.get(self.receiver.with_path(url.path), headers=headers)


def ours(receiver, path):
    with urlopen(receiver + path) as answer:
        return json.load(answer)


def check(what, theirs, ours):
    assert theirs == ours, f"{what}: the client has {theirs!r:.300}, the receiver says {ours!r:.300}"
    return 1


def check_current(theirs, data):
    """Each field, by the names of the client and ours. It takes medians as whole numbers."""
    count = check("last_updated", theirs.last_updated, datetime.fromtimestamp(data["last_updated"] / 1000, timezone.utc))
    for name in ["countries", "active_installations", "integrations", "reports_integrations"]:
        count += check(name, getattr(theirs, name), data[name])
    for name in ["users", "automations", "integrations", "addons", "states"]:
        assert data[f"avg_{name}"] > 0
        count += check(name, getattr(theirs, f"average_{name}"), int(data[f"avg_{name}"]))
    return count + check("installation_types", theirs.installation_types.to_dict(), data["installation_types"])


def check_things(what, theirs, data):
    assert len(data) > 50, f"{what}: only {len(data)}"
    return check(what, {name: {"total": it.total, "versions": it.versions} for name, it in theirs.items()},
                 {name: {"total": it["total"], "versions": it["versions"]} for name, it in data.items()}) * len(data)


async def main(receiver):
    async with ClientSession() as session:
        here = Here(session, receiver)
        client = HomeassistantAnalyticsClient(session=here)
        fields = check_current((await client.get_analytics()).current, ours(receiver, "/data.json")["current"])
        fields += check_current(await client.get_current_analytics(), ours(receiver, "/current_data.json"))
        addons = check_things("addons", await client.get_addons(), ours(receiver, "/addons.json"))
        custom = check_things("custom", await client.get_custom_integrations(), ours(receiver, "/custom_integrations.json"))
        try:
            await client.get_addons()
            raise AssertionError("asked with the tag it got, the receiver sends all again")
        except HomeassistantAnalyticsNotModifiedError:
            pass
        assert len(here.asked) == 5, here.asked
    print(f"python-homeassistant-analytics: {fields} fields, {addons} add-ons, {custom} custom integrations, all the same")


asyncio.run(main(sys.argv[1]))
