"""The variables that the bot gives a project's code when it does not run without them.

In: a checkout, an Alembic environment, what a failure names. Out: names and values that were not given before. Values
come from what the repository shows, or are made up; nothing that the user has given is touched.
"""

import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bot.discovery import tree
from bot.discovery.environments import AlembicConfig
from bot.discovery.imports import sources
from bot.project.variables import HERE, choices, examples, values
from bot.project.variables.asked import FLASK_FILE, Asked, asked
from bot.project.variables.examples import shown
from bot.system import beneath

_OF_SETTINGS = re.compile(r"(CONFIG|CONF|CFG|SETTINGS)(_?(FILE|PATH|LOCATION))?$", re.IGNORECASE)
_PATH_OF_SETTINGS = re.compile(r"(CONFIG|CONF|CFG|SETTINGS)_?(FILE|PATH|FILE_?PATH|LOCATION)$", re.IGNORECASE)
_CALLED_SETTINGS = re.compile(r"(^|[._-])(config|conf|settings|app)([._-]|$)", re.IGNORECASE)
_SETTINGS_FOLDERS = (".", "config", "conf", "configs", "settings", ".config", "etc")
_ENDINGS = {
    "TOML": (".toml",),
    "YAML": (".yaml", ".yml"),
    "YML": (".yml",),
    "JSON": (".json",),
    "INI": (".ini", ".cfg"),
}
_ASYNC = ("create_async_engine", "async_engine_from_config", "AsyncEngine", "create_async_pool")


@dataclass(frozen=True)
class Filling:
    """Where names and values are looked for; `installed` are distributions.

    With `selects`, the address of a database is given although the code has one: it was none of PostgreSQL.
    """

    checkout: Path
    config: AlembicConfig
    installed: frozenset[str]
    selects: bool = False

    def needed(self, missing: Iterable[str], given: Mapping[str, str]) -> dict[str, str]:
        """Values for the names that a failure says are missing, and for all that the code has no default for."""
        wanted = (values.is_needed, values.is_address) if self.selects else (values.is_needed,)
        names = [name for name, item in self.asked.items() if any(test(item) for test in wanted)]
        application = ["FLASK_APP"] if self.config.kind == "flask" and self._shown.get("FLASK_APP") else []
        # Settings that are made of others have no value of their own.
        own = [name for name in missing if not any(each.startswith(f"{name.upper()}__") for each in names)]
        return self._values(dict.fromkeys([*application, *own, *names]), given)

    def all_of(self, names: Iterable[str], given: Mapping[str, str]) -> dict[str, str]:
        """Values for those of these names for which the code has nothing else to go by."""
        return self._values((name for name in names if self._is_empty(name)), given)

    def named(self, text: str, given: Mapping[str, str]) -> dict[str, str]:
        """Values for settings that a message names, as "API_KEY must be set in production" does.

        They are made up: what the repository shows may be what is refused.
        """
        words = {word.upper() for word in re.findall(r"\w+", text)}
        items = {name: item for name, item in self.asked.items() if "_" in name and name.upper() in words - _OURS}
        return {name: values.made_up(item, self._driver) for name, item in items.items() if name not in given}

    def key_in_place_of(self, name: str, value: str, message: str) -> str:
        """Where a value was looked up in vain, or refused: one that is known; empty if it is no such failure."""
        failed = re.fullmatch(r"(\S+), line (\d+): KeyError: '(.*)'", message)
        if not failed or failed[3] != value:
            asked_for = choices.taken(name, value, message) or choices.of_type(name, value, message)
            return asked_for or choices.label(value, message, self._sources)
        return choices.key_at(tree.text(self.checkout, failed[1]) or "", int(failed[2]), self._sources)

    def _is_empty(self, name: str) -> bool:
        item = self.asked.get(name)
        return item is None or item.default is None or bool(self._file(item))

    def _values(self, names: Iterable[str], given: Mapping[str, str]) -> dict[str, str]:
        found = {}
        for name in names:
            if name not in given and name.upper() not in _OURS and (name not in _APPLICATIONS or self._shown.get(name)):
                item = self.asked.get(name) or self._alike.get(name.upper()) or Asked(name, needed=True)
                shown = self._shown.get(name, [])
                there = self._file(item) or ("" if shown or item.default is not None else self._settings_file(item))
                if there and item.written == FLASK_FILE:
                    there = f"{HERE}/{posixpath.normpath(posixpath.join(self.config.cwd, there))}"
                found[name] = there or values.value_for(item, shown, self._driver)
        return found

    def _file(self, item: Asked) -> str:
        """The repository's own file, or its example, in the place of one that the code looks for elsewhere."""
        wanted = [item.file, *(self._shown.get(item.name, []) if _OF_SETTINGS.search(item.name) else [])]
        for path in filter(None, wanted):
            if not path.startswith("/") and tree.is_file(self.checkout, posixpath.join(self.config.cwd, path)):
                return path
            if found := examples.alike(posixpath.basename(path), self._files):
                return posixpath.relpath(found, self.config.cwd)
        return ""

    def _settings_file(self, item: Asked) -> str:
        """A file of the repository's that may be meant where a name asks for a path to settings."""
        if not _PATH_OF_SETTINGS.search(item.name):
            return ""
        words = [word for word in _ENDINGS if word in item.name.upper()] or list(_ENDINGS)
        endings = tuple(ending for word in words for ending in _ENDINGS[word])
        near = (posixpath.normpath(posixpath.join(self.config.cwd, folder)) for folder in _SETTINGS_FOLDERS)
        paths = [
            posixpath.normpath(posixpath.join(folder, name))
            for folder in dict.fromkeys((*near, *_SETTINGS_FOLDERS))
            for name in beneath.names(self.checkout, folder)
            if name.lower().endswith(endings) and _CALLED_SETTINGS.search(name)
        ]
        found = examples.preferred(paths)
        return posixpath.relpath(found, self.config.cwd) if found else ""

    @cached_property
    def _files(self) -> list[str]:
        return list(tree.files(self.checkout, ("",)))

    @cached_property
    def asked(self) -> dict[str, Asked]:
        """What the code asks for that env.py imports; where that cannot be determined, all code but tests."""
        return asked(self._sources)

    @cached_property
    def _alike(self) -> dict[str, Asked]:
        return {name.upper(): item for name, item in self.asked.items()}

    @cached_property
    def _sources(self) -> list[str]:
        return sources(self.checkout, self.config)

    @cached_property
    def _shown(self) -> dict[str, list[str]]:
        folders = [folder for folder in tree.upwards(self.config.cwd) if folder != "."]
        return shown(self.checkout, tuple(folders))

    @cached_property
    def _driver(self) -> str:
        """The scheme of an address that the project's own engines can be made of."""
        text = "\n".join(self._sources)
        awaited = any(word in text for word in _ASYNC)
        found = next((name for name in ("asyncpg", "psycopg") if awaited and name in self.installed), "")
        # Without a name it is the driver that is installed: code compares this scheme, or replaces it.
        return f"postgresql+{found}" if found else "postgresql"


def together(fillings: Sequence[Filling], names: Iterable[str], given: Mapping[str, str]) -> dict[str, str]:
    """`all_of` several sides, the last one's word wins; what one does not know, another may have a default for."""
    found: dict[str, str] = {}
    for name in names:
        knowing = [filling for filling in fillings if name in filling.asked] or fillings
        for filling in knowing:
            found |= filling.all_of([name], given)
    return found


_APPLICATIONS = ("FLASK_APP", "LITESTAR_APP")  # nothing that could be made up
# What the worker's process has of its own.
_OURS = {
    "HOME",
    "PATH",
    "TMPDIR",
    "PYTHONPATH",
    "VIRTUAL_ENV",
    "LANG",
    "LC_ALL",
    "TZ",
    "USER",
    "LOGNAME",
    "SHELL",
    "PWD",
}
