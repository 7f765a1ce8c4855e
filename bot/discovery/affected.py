"""The Alembic environments whose schema a change can have affected.

In: the changed files, the environments of both sides, head's checkout (to see what env.py imports).
Out: for each environment to examine its counterpart on base and why; or why there is nothing to do.
In doubt an environment is examined: that costs seconds, a change passed over costs a broken deployment.
"""

import posixpath
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from bot.discovery import file_kinds, tree
from bot.discovery.changed_file import ChangedFile
from bot.discovery.environments import AlembicConfig, usual
from bot.discovery.imports import Modules, Reach, reach
from bot.discovery.undeclared_models import Common
from bot.errors import UsageError


@dataclass(frozen=True)
class Planned:
    """An environment to examine; `base` is None when it is new, `reason` names the file that led to it.

    `candidates` are changed files that can declare its models, `common` those of them that other environments import,
    with the text of their env.py.
    """

    head: AlembicConfig
    base: AlembicConfig | None
    reason: str
    candidates: tuple[str, ...] = ()
    common: Common = field(default_factory=Common)


@dataclass(frozen=True)
class Plan:
    """`reason` says why there is nothing to do, when `configs` is empty; `removed` are environments of base alone."""

    configs: tuple[Planned, ...]
    reason: str = ""
    removed: tuple[AlembicConfig, ...] = ()


def plan(
    changed: Sequence[ChangedFile],
    base_configs: Sequence[AlembicConfig],
    head_configs: Sequence[AlembicConfig],
    root: Path,
    models: tuple[str, ...] = (),
    others: Sequence[AlembicConfig] = (),
) -> Plan:
    """Choose among head's environments; `models` are the user's own words for where models are, `others` environments
    that are not to be examined.

    Raises `UsageError` when neither side has an environment.
    """
    if not head_configs and not base_configs:
        raise UsageError(
            "no Alembic environment was found in the repository",
            "Name its configuration with --config, or make one with `alembic init`.",
            kind="no-environment",
        )
    removed = _removed(base_configs, head_configs, changed)
    if not head_configs:
        return Plan((), f"the change removes {', '.join(c.path for c in base_configs)}", removed)
    if not changed:
        return Plan((), "nothing to do: base and head do not differ")
    configs = usual(head_configs)
    change = _Change(tuple(changed), tuple(configs), root, models, tuple(usual(others)))
    planned = []
    for config in configs:
        counterpart = _counterpart(config, base_configs, changed)
        reason = change.reason(config) if counterpart else f"{config.path} is new"
        if reason:
            candidates = tuple(change.candidates(config))
            planned.append(Planned(config, counterpart, reason, candidates, change.common(config, candidates)))
    return Plan(tuple(planned), "" if planned or removed else _nothing(changed, configs), removed)


def _removed(
    base: Sequence[AlembicConfig], head: Sequence[AlembicConfig], changed: Sequence[ChangedFile]
) -> tuple[AlembicConfig, ...]:
    """Base's environments that head has not, under whatever name; the user's own choice is not questioned.

    One whose scripts are there, and no file any more by which Alembic would find them, is removed as well.
    """
    if any(config.named for config in head):
        return ()
    pairs = [(config, _counterpart(config, base, changed)) for config in head]
    kept = [other for config, other in pairs if other and (config.kind != "scripts" or other.kind == "scripts")]
    return tuple(config for config in usual(base) if config not in kept)


def _nothing(changed: Sequence[ChangedFile], configs: Sequence[AlembicConfig]) -> str:
    files = f"the changed file {changed[0].path}" if len(changed) == 1 else f"any of the {len(changed)} changed files"
    return f"nothing to do: no sign that {files} can change the schema of {', '.join(c.path for c in configs)}"


def _counterpart(
    config: AlembicConfig, base: Sequence[AlembicConfig], changed: Sequence[ChangedFile]
) -> AlembicConfig | None:
    """The same environment on base: by its file, where that was before a move, or by its scripts."""
    moved = {file.path: file.old_path for file in changed if file.old_path}
    scripts = config.script_dir
    env = moved.get(f"{scripts}/env.py") or ""
    tests: tuple[Callable[[AlembicConfig], bool], ...] = (
        lambda other: other.path == config.path and other.section == config.section,
        lambda other: other.path == moved.get(config.path) and other.section == config.section,
        lambda other: scripts is not None and other.script_dir == scripts,
        lambda other: bool(env) and f"{other.script_dir}/env.py" == env,
    )
    return next((other for test in tests for other in usual(filter(test, base))), None)


@dataclass(frozen=True)
class _Change:
    """A change, seen from one environment after another."""

    files: tuple[ChangedFile, ...]
    configs: tuple[AlembicConfig, ...]
    root: Path
    models: tuple[str, ...]
    others: tuple[AlembicConfig, ...] = ()

    def reason(self, config: AlembicConfig) -> str:
        """Why the environment has to be examined; empty when it need not be."""
        rules = (
            self._own_files,
            self._dependencies,
            *([self._named] if self.models else [self._code, self._imported, self._data, self._mentioned]),
        )
        return next((reason for rule in rules for reason in rule(config)), "")

    @cached_property
    def paths(self) -> tuple[str, ...]:
        return tuple(path for file in self.files for path in file.paths)

    @cached_property
    def modules(self) -> Modules:
        return Modules.of(self.root)

    def _own_files(self, config: AlembicConfig) -> Iterator[str]:
        for path in self.paths:
            if path == config.path or any(tree.contains(folder, path) for folder in config.folders):
                yield f"{path} belongs to the migrations"

    def _dependencies(self, config: AlembicConfig) -> Iterator[str]:
        places = {*tree.upwards(config.cwd), *tree.upwards(config.script_dir or ".")}
        for path in self.paths:
            if file_kinds.dependencies_of(path) in places:
                yield f"{path} decides which libraries are used"

    def _named(self, _: AlembicConfig) -> Iterator[str]:
        for path in self.paths:
            if any(file_kinds.matches(path, pattern) for pattern in self.models):
                yield f"{path} is one of the models"

    def _code(self, config: AlembicConfig) -> Iterator[str]:
        """Files that look like models, or that are gone and may have been some."""
        for file in self.files:
            for path in self._python(config, file.paths):
                if file_kinds.named_like_models(path):
                    yield f"{path} is called like models"
                elif path != file.path or file.status == "D":
                    yield f"{path} is gone and may have had models"
                elif file_kinds.reads_like_models(tree.text(self.root, path) or ""):
                    yield f"{path} declares tables"
        for path in self.paths:
            if path.endswith(".sql") and self._belongs(path, config):
                yield f"{path} may be run by a migration"

    def _imported(self, config: AlembicConfig) -> Iterator[str]:
        """Files that env.py imports, or may import if that cannot be determined."""
        code = [path for path in self.paths if file_kinds.is_python(path)]
        if not code:
            return
        found = self._reach(config)
        yield from (f"{path} is imported by {config.script_dir}/env.py" for path in code if path in found.files)
        if not found.complete:
            yield from (f"{path} may be imported by the models" for path in self._python(config, code))

    def _data(self, config: AlembicConfig) -> Iterator[str]:
        """Files that models can read while they are imported: labels, lengths, names of tables."""
        for path in self.paths:
            if not file_kinds.is_python(path) and not file_kinds.is_unlikely_data(path) and self._belongs(path, config):
                yield f"{path} may be read by the models"

    def _mentioned(self, config: AlembicConfig) -> Iterator[str]:
        """Other files, where the code speaks of them."""
        names = {posixpath.basename(path): path for path in self.paths if self._belongs(path, config)}
        names = {name: path for name, path in names.items() if not file_kinds.is_python(path)}
        for file in sorted(self.modules.files) if names else ():
            if posixpath.basename(file) == "setup.py" or file_kinds.is_test(file):
                continue
            source = tree.text(self.root, file) or ""
            yield from (f"{path} is named in {file}" for name, path in names.items() if name in source)

    def candidates(self, config: AlembicConfig) -> Iterator[str]:
        """Changed files that can declare the environment's models: not those that are another's alone."""
        for path in self._around(config):
            if not self._others_that_import(config, path) or self._reach(config).may_have(path):
                yield path

    def common(self, config: AlembicConfig, candidates: Sequence[str]) -> Common:
        """Those that another environment imports as well, with the text of each such env.py."""
        found = {path: self._others_that_import(config, path) for path in candidates}
        files = {path: "\n".join(map(self._env, others)) for path, others in found.items() if others}
        return Common(files, self._env(config))

    def _env(self, config: AlembicConfig) -> str:
        return tree.text(self.root, f"{config.script_dir}/env.py") or ""

    def _others_that_import(self, config: AlembicConfig, path: str) -> list[AlembicConfig]:
        others = (other for other in {*self.configs, *self.others} if other.folders != config.folders)
        return [other for other in others if path in self._reach(other).files]

    def _reach(self, config: AlembicConfig) -> Reach:
        if config not in self._found:
            self._found[config] = reach(self.root, self.modules, config)
        return self._found[config]

    @cached_property
    def _found(self) -> dict[AlembicConfig, Reach]:
        return {}

    def _around(self, config: AlembicConfig) -> Iterator[str]:
        """Changed Python files in the environment's part of the repository, its own and tests aside."""
        for file in self.files:
            inside = any(tree.contains(folder, file.path) for folder in config.folders)
            tested = file_kinds.is_test(file.path) and not config.is_for_tests
            if file_kinds.is_python(file.path) and not inside and not tested and self._belongs(file.path, config):
                yield file.path

    def _python(self, config: AlembicConfig, paths: Sequence[str]) -> Iterator[str]:
        for path in paths:
            tested = file_kinds.is_called_test(path) and not config.is_for_tests
            if file_kinds.is_python(path) and not tested and self._belongs(path, config):
                yield path

    def _belongs(self, path: str, config: AlembicConfig) -> bool:
        """Whether no other environment is closer to a file: in a monorepo each has its own part."""
        around = [home for home in self._homes.values() if tree.contains(home, path)]
        return not around or self._homes[config] == max(around, key=len)

    @cached_property
    def _homes(self) -> dict[AlembicConfig, str]:
        return {config: self._home(config) for config in self.configs}

    def _home(self, config: AlembicConfig) -> str:
        """The folder of the environment's own project, or where it is run when it shares one."""
        for folder in tree.upwards(config.cwd)[:-1]:
            if any(tree.is_file(self.root, f"{folder}/{name}") for name in ("pyproject.toml", "setup.py", "setup.cfg")):
                return folder
        return config.cwd
