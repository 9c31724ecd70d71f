#!/usr/bin/env python3
"""Writes haos-analytics-crates.inc: where bitbake gets each package of a Cargo.lock, and its sha256.

crates.py [Cargo.lock] >haos-analytics-crates.inc
"""

import pathlib
import sys
import tomllib

lock = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2] / "Cargo.lock")
packages = [package for package in tomllib.loads(lock.read_text())["package"] if "source" in package]
for package in packages:
    if not package["source"].startswith("registry+") or "checksum" not in package:
        sys.exit(f"{lock}: {package['name']} {package['version']} is not of a registry")

uris, sums = [], []
for package in packages:
    name, version = package["name"], package["version"]
    # bitbake's crate: addresses name the registry as its index does.
    registry = package["source"].rsplit("/", 1)[1].removesuffix("-index")
    uris.append(f"    crate://{registry}/{name}/{version};name={name}-{version} \\\n")
    sums.append(f'SRC_URI[{name}-{version}.sha256sum] = "{package["checksum"]}"\n')

print(f"# Written by crates.py from {lock.name}.\n\nSRC_URI += \"\\\n{''.join(uris)}\"\n\n{''.join(sums)}", end="")
