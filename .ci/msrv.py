"""Reads `cargo metadata`: fails on a package that the Rust named in the argument cannot build."""

import json
import re
import sys


def number(version):
    return tuple(int(part) for part in (version + ".0").split(".")[:2])


least = sys.argv[1]
packages = json.load(sys.stdin)["packages"]
offenders = [
    f"{package['name']} {package['version']}: edition {package['edition']}, rust-version {package['rust_version']}"
    for package in packages
    if int(package["edition"]) > 2021 or number(package["rust_version"] or "1.0") > number(least)
]
with open("Cargo.lock") as lock:
    lock_version = int(re.search(r"^version = (\d+)$", lock.read(), re.MULTILINE)[1])
if lock_version > 4:
    offenders.append(f"Cargo.lock: version {lock_version}")

# What names no version is not thereby fit: only compiling it shows that.
unnamed = [package["name"] for package in packages if not package["rust_version"]]
print(f"{len(packages)} packages, Cargo.lock of version {lock_version}")
print(f"{len(unnamed)} packages do not name the Rust that they need: {' '.join(sorted(unnamed))}")
if offenders:
    sys.exit(f"too new for Rust {least}:\n  " + "\n  ".join(offenders))
