"""Reads `cargo metadata`: fails where the copyright file named in the argument is silent on a licence of the program."""

import json
import re
import sys

OURS = {"MIT", "Apache-2.0"}

metadata = json.load(sys.stdin)
packages = {package["id"]: package for package in metadata["packages"]}
nodes = {node["id"]: node["deps"] for node in metadata["resolve"]["nodes"]}

# What is linked: not what only tests need, or the compiler while it builds.
linked = set()
waiting = [id for id, package in packages.items() if package["name"] == "haos-analytics"]
while waiting:
    id = waiting.pop()
    if id not in linked and not any("proc-macro" in target["kind"] for target in packages[id]["targets"]):
        linked.add(id)
        waiting += [dep["pkg"] for dep in nodes[id] if any(kind["kind"] is None for kind in dep["dep_kinds"])]


def terms(package):
    """The licence by its SPDX name, or the file that has it where `Cargo.toml` gives no name."""
    return package["license"] or f"file {package['license_file']}"


def ours(licence):
    return any(part.strip() in OURS for part in re.split(r" OR |/", licence))


text = open(sys.argv[1]).read()
others = [package for package in map(packages.get, linked) if not ours(terms(package))]
named = [f"{package['name']}: {terms(package)}" for package in others]
silent = [name for name in named if f"{name}\n" not in text]
print(f"{len(linked)} packages are linked; {len(others)} do not name {' or '.join(sorted(OURS))}")
if silent:
    sys.exit(f"{sys.argv[1]} does not name: " + ", ".join(sorted(silent)))
