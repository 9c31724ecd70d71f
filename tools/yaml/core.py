"""What Home Assistant Core makes of /config: its own code is imported and asked."""

import asyncio
import logging
import re
import traceback

import annotatedyaml
import annotatedyaml.loader
import voluptuous as vol
import yaml
from homeassistant import config as core_config, loader
from homeassistant.components.automation import config as automation_config
from homeassistant.const import BASE_PLATFORMS
from homeassistant.core import HomeAssistant
from homeassistant.core_config import CORE_CONFIG_SCHEMA
from homeassistant.exceptions import HomeAssistantError

_DOMAIN = re.compile("[a-z0-9_]+")

# First match decides. The texts are those of PyYAML, annotatedyaml and Python.
_CLASSES = [
    ("not a mapping", "does not contain a dict"),
    ("encoding", "codec can't decode"),
    ("character", "special characters are not allowed"),
    ("documents", "expected a single document"),
    ("alias", "found undefined alias|found duplicate anchor|unconstructable recursive node"),
    ("tag", "could not determine a constructor"),
    ("merge key", "for merging, but found"),
    ("key", "invalid key: |unhashable type|found unhashable key"),
    ("secret", "Secret .* not defined|Secrets is not a dictionary|Secrets not supported"),
    ("include", "Unable to read file|needs an argument|Is a directory|Not a directory|Too many levels of symbolic links"),
]


class Noted(logging.Handler):
    """Keeps what Core logs about packages, and whether a component could not be imported for want of a library."""

    def __init__(self):
        super().__init__()
        self.missing = []

    def emit(self, record):
        message = record.getMessage()
        if "caused error" in message or "Unable to import" in message:
            self.missing.append(message)


def ask(secrets_known=False):
    """What the data file keeps of the tree in /config. With `secrets_known` each secret is the word `secret`."""
    if secrets_known:
        annotatedyaml.Secrets.get = lambda *_: "secret"
    return asyncio.run(_verdict())


async def _verdict():
    noted = Noted()
    logging.getLogger().handlers = [noted]
    python_only = _watch_the_second_parser()
    hass = HomeAssistant("/config")
    hass.config.skip_pip = True
    loader.async_setup(hass)
    try:
        config = await core_config.async_hass_config_yaml(hass)
    except Exception as error:  # noqa: BLE001 whatever Core raises is its verdict
        return _refused(error)
    automations = await _automations(hass, config)
    schema = _homeassistant_by_its_schema(config)
    if noted.missing:
        raise SystemExit(f"a library is missing, install it: {noted.missing[0]}")
    return {**_kept(config), **automations, **schema, **({"libyaml": "refuses"} if python_only else {})}


def _kept(config):
    platforms = core_config.extract_platform_integrations(config, BASE_PLATFORMS)
    kept = {
        "domains": sorted(key for key in config if _is_domain(key)),
        "platforms": sorted(f"{base}.{name}" for base, names in platforms.items() for name in names if _is_domain(name)),
    }
    recorder, http = config.get("recorder"), config.get("http")
    if isinstance(recorder, dict) and isinstance(url := recorder.get("db_url"), str):
        kept["db_url"] = re.split("[:+]", url)[0]
    if isinstance(http, dict) and http.get("ssl_certificate") is not None:
        kept["ssl_certificate"] = True
    return kept


def _is_domain(text):
    return isinstance(text, str) and _DOMAIN.fullmatch(text) is not None


async def _automations(hass, config):
    """How many automations Core makes that have no id, and how many items it refuses."""
    items = list(core_config.config_per_platform(config, "automation"))
    try:
        made = (await automation_config.async_validate_config(hass, config))["automation"]
    except Exception as error:  # noqa: BLE001 Core catches it too: the integration is then not set up
        return {"automation_fails": type(error).__name__}
    answer = {"automations_without_id": sum(1 for item in made if item.get("id") is None)}
    if len(made) < len(items):
        answer["automations_refused"] = len(items) - len(made)
    return answer


def _homeassistant_by_its_schema(config):
    """Core also starts in recovery mode if `homeassistant` holds what its schema does not know."""
    try:
        CORE_CONFIG_SCHEMA(config.get("homeassistant", {}))
    except vol.Invalid:
        return {"homeassistant": "invalid"}
    return {}


def _watch_the_second_parser():
    """A list that grows when libyaml refused a text and the slow parser in Python took it."""
    taken, parse = [], annotatedyaml.loader._parse_yaml_python

    def watched(*arguments):
        value = parse(*arguments)
        taken.append(True)
        return value

    annotatedyaml.loader._parse_yaml_python = watched
    return taken


def _refused(error):
    """The class of an error, the file and line where PyYAML names them, and whether Core starts in recovery mode."""
    chain = [error]
    while cause := chain[-1].__cause__ or chain[-1].__context__:
        chain.append(cause)
    text = " ".join(str(link) for link in chain)
    refused = {"error": _class_of(chain, text)}
    marks = [getattr(link, name, None) for link in reversed(chain) for name in ("problem_mark", "context_mark")]
    if mark := next((mark for mark in marks if mark), None):
        refused |= {"file": _in_config(mark.name), "line": mark.line + 1}
    elif named := re.search(r'in "(/[^"]+)", line (\d+)', text):
        refused |= {"file": _in_config(named[1]), "line": int(named[2])}
    if not isinstance(error, HomeAssistantError):
        refused["crash"] = type(error).__name__
    return refused


def _in_config(path):
    """A path as the trees write it."""
    return path.removeprefix("/config/")


def _class_of(chain, text):
    for name, pattern in _CLASSES:
        if re.search(pattern, text):
            return name
    if isinstance(chain[0], FileNotFoundError):
        return "include"
    frames = {frame.name for frame in traceback.extract_tb(chain[0].__traceback__)}
    if isinstance(chain[0], RecursionError):
        return "nesting"
    if "_env_var_yaml" in frames or isinstance(chain[-1], annotatedyaml.YAMLException):
        return "env_var"
    if "merge_packages_config" in frames:
        return "package merge"
    if "load_yaml_config_file" not in frames:
        return "homeassistant"
    if "_include_yaml" in frames and isinstance(chain[0], TypeError):
        return "include"
    constructor = any(isinstance(link, yaml.constructor.ConstructorError) for link in chain)
    return "value" if constructor or not isinstance(chain[0], HomeAssistantError) else "syntax"
