"""Reads `cargo metadata`: fails on a package that the Rust named first cannot build, or a lock file that it cannot read."""

import json
import re
import sys


def number(version):
    return tuple(int(part) for part in (version + ".0").split(".")[:2])


# What a package needs that names no Rust, by its edition; and cargo for the form of a lock file.
EDITIONS = {"2015": "1.0", "2018": "1.31", "2021": "1.56", "2024": "1.85"}
LOCKS = {3: "1.53", 4: "1.78"}

least, lock_file = sys.argv[1:]
packages = json.load(sys.stdin)["packages"]
offenders = [
    f"{package['name']} {package['version']}: edition {package['edition']}, rust-version {package['rust_version']}"
    for package in packages
    if max(number(EDITIONS[package["edition"]]), number(package["rust_version"] or "1.0")) > number(least)
]
with open(lock_file) as lock:
    lock_version = int(re.search(r"^version = (\d+)$", lock.read(), re.MULTILINE)[1])
if number(LOCKS[lock_version]) > number(least):
    offenders.append(f"{lock_file}: version {lock_version}")

# What names no version is not thereby fit: only compiling it shows that.
unnamed = [package["name"] for package in packages if not package["rust_version"]]
print(f"{len(packages)} packages, {lock_file} of version {lock_version}")
print(f"{len(unnamed)} packages do not name the Rust that they need: {' '.join(sorted(unnamed))}")
if offenders:
    sys.exit(f"too new for Rust {least}:\n  " + "\n  ".join(offenders))
