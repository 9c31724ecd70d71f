#!/usr/bin/env python3
"""Write kernel_roots.txt: what the root nodes of the Linux kernel's device trees are compatible with.

    apt-get download PACKAGE...    # linux-image-*, or linux-base-* where Debian split it, of arm64, armhf, ...
    for deb in *.deb; do dpkg-deb -x "$deb" "trees/${deb%.deb}"; done
    python3 kernel_roots.py trees/* > kernel_roots.txt

One line for each different root: the strings of `compatible`, most specific first, a space between them.
The header names the directories, so name them PACKAGE_VERSION_ARCHITECTURE.
"""

import os
import struct
import sys
import urllib.parse

MAGIC = 0xD00DFEED
BEGIN_NODE, END_NODE, PROPERTY, NOP = 1, 2, 3, 4


def root_compatible(blob):
    """The strings of the root's `compatible`, or None if the root has no such property."""
    magic, _, structure, strings = struct.unpack_from(">4I", blob)
    if magic != MAGIC:
        raise ValueError("not a flattened device tree")
    at, depth = structure, 0
    while True:
        (token,) = struct.unpack_from(">I", blob, at)
        at += 4
        if token == BEGIN_NODE:
            depth += 1
            if depth > 1:  # properties come before the first child
                return None
            at = aligned(blob.index(b"\0", at) + 1)
        elif token == PROPERTY:
            length, name = struct.unpack_from(">2I", blob, at)
            name = blob[strings + name : blob.index(b"\0", strings + name)]
            if name == b"compatible":
                value = blob[at + 8 : at + 8 + length]
                return [s.decode("ascii") for s in value.split(b"\0") if s]
            at = aligned(at + 8 + length)
        elif token != NOP:
            return None


def aligned(at):
    return at + 3 & ~3


def trees(directory):
    for path, _, files in os.walk(directory):
        yield from (os.path.join(path, name) for name in files if name.endswith(".dtb"))


def main(directories):
    roots, counts = set(), []
    for directory in directories:
        here, files = set(), 0
        for path in trees(directory):
            with open(path, "rb") as file:
                blob = file.read()
            files += 1
            try:
                compatible = root_compatible(blob)
            except (ValueError, struct.error) as error:
                sys.exit(f"{path}: {error}")
            if compatible:
                here.add(" ".join(compatible))
        name = urllib.parse.unquote(os.path.basename(os.path.normpath(directory)))
        counts.append(f"#   {name}: {files} trees, {len(here)} roots")
        roots |= here
    print(f"# {len(roots)} different roots of the Linux kernel's device trees. Made by kernel_roots.py; do not edit.")
    print("# Read from the .dtb files of these Debian packages:")
    print("\n".join(counts))
    print("\n".join(sorted(roots)))


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1:])
