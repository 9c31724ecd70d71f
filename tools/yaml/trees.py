"""The trees of the data file: read, put on disk, written back. README.md describes the format."""

import json
import os
import pathlib

ANSWER = ("verdict", "with_secrets_known")
FIELDS = ("name", "about", "files", "links", "unknowable", *ANSWER)


def read(path):
    trees = json.loads(path.read_text(encoding="utf-8"))
    names = [tree["name"] for tree in trees]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise SystemExit(f"{path}: name used twice: {', '.join(sorted(twice))}")
    for tree in trees:
        if unknown := set(tree) - set(FIELDS):
            raise SystemExit(f"{path}: {tree['name']}: unknown field {', '.join(sorted(unknown))}")
    return trees


def write(path, trees):
    """Fields in one order, ASCII only, a line for each piece: differences can be read."""
    ordered = [{field: tree[field] for field in FIELDS if field in tree} for tree in trees]
    path.write_text(json.dumps(ordered, indent=1) + "\n", encoding="ascii")


def without_answer(tree):
    return {field: value for field, value in tree.items() if field not in ANSWER}


def content(pieces):
    """The bytes of one file: a text, or a list of texts, {"hex": digits} and {"repeat": [text, times]}."""
    if isinstance(pieces, str):
        return pieces.encode()
    return b"".join(_piece(piece) for piece in pieces)


def _piece(piece):
    match piece:
        case str():
            return piece.encode()
        case {"hex": digits}:
            return bytes.fromhex(digits)
        case {"repeat": [text, times]}:
            return text.encode() * times
    raise SystemExit(f"not a piece of a file: {piece!r}")


def place(path):
    """Where a path of a tree is in Core's container."""
    return pathlib.Path("/config") / path


def put(tree):
    """Writes a tree's files and links into the container's directories, in the order of the data file."""
    for path, pieces in tree["files"].items():
        place(path).parent.mkdir(parents=True, exist_ok=True)
        place(path).write_bytes(content(pieces))
    for path, target in tree.get("links", {}).items():
        place(path).parent.mkdir(parents=True, exist_ok=True)
        os.symlink(target, place(path))
