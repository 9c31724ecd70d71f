"""Makes one bill of materials, the same everywhere, of those that `cargo cyclonedx` wrote.

sbom.py FOLDER SBOM... <LINKED: of those of one program for several processors, made in a copy of
the project at FOLDER. It has the packages whose name and version LINKED lists, without those that
only macros need, and what any processor makes them depend on. Paths of this machine, time, serial
number and processor are left out.
sbom.py --validate SBOM...: each keeps CycloneDX's own schema. Needs cyclonedx-python-lib.
"""

import json
import pathlib
import sys

# Whose manifests name a file instead of a licence.
LICENCES = {"libyaml-safer": "MIT"}


def name(part):
    return f"{part['name']} {part['version']}"


def read(file, folder, linked):
    """The bill as it would be on every machine; its dependencies are a table."""
    sbom = json.loads(pathlib.Path(file).read_text().replace(f"file://{folder}/", "file://"))
    for key in ("timestamp", "properties"):
        sbom["metadata"].pop(key, None)
    sbom.pop("serialNumber", None)
    own = sbom["metadata"]["component"]
    if lacking := sorted(linked - {name(part) for part in [own, *sbom["components"]]}):
        sys.exit(f"{file} lacks " + ", ".join(lacking))
    sbom["components"] = [part for part in sbom["components"] if name(part) in linked]
    for part in sbom["components"]:
        for each in part.get("licenses", []):
            licence = each.get("license", {})
            if licence.get("name") == "Unknown":
                if part["name"] not in LICENCES:
                    sys.exit(f"{file}: the licence of {name(part)} is not known")
                del licence["name"]
                each["license"] = {"id": LICENCES[part["name"]], **licence}
    kept = {part["bom-ref"] for part in [own, *sbom["components"]]}
    sbom["dependencies"] = {
        node["ref"]: kept & set(node.get("dependsOn", [])) for node in sbom["dependencies"] if node["ref"] in kept
    }
    return sbom


def unite(folder, files, linked):
    first, *others = [read(file, folder, linked) for file in files]
    depends = first.pop("dependencies")
    for file, other in zip(files[1:], others):
        for ref, on in other.pop("dependencies").items():
            depends[ref] |= on
        if other != first:
            sys.exit(f"{file} has other packages than {files[0]}")
    first["dependencies"] = [{"ref": ref, "dependsOn": sorted(on)} for ref, on in sorted(depends.items())]
    return json.dumps(first, indent=1, ensure_ascii=False) + "\n"


def validate(files):
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    for file in files:
        text = pathlib.Path(file).read_text()
        version = SchemaVersion.from_version(json.loads(text)["specVersion"])
        if mistake := JsonStrictValidator(version).validate_str(text):
            sys.exit(f"{file}: {mistake}")


if sys.argv[1] == "--validate":
    validate(sys.argv[2:])
else:
    print(unite(sys.argv[1], sys.argv[2:], set(sys.stdin.read().splitlines())), end="")
