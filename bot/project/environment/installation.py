"""One list of requirements brought into an environment, less what cannot be had here.

In: requirements, and a function that runs uv. Out: what was installed, and what was left out. The usual way is one call
of uv. Where that fails, versions are chosen first (which builds nothing that has a wheel), then all wheels are
installed at once, then each package that has to be built is tried once, by itself.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.errors import ProjectError, ToolError
from bot.project.environment import other_pythons, pins, uv_errors
from bot.project.environment.pins import Package
from bot.project.environment.requirement_lines import INDEX, binary, host, package_of, repository, strategy
from bot.project.environment.requirements import Requirements
from bot.system import Completed

_SETUPTOOLS = "2025-06-01T00:00:00Z"  # the newest of that day still has pkg_resources
_NEVER_ENDS = "2100-01-01T00:00:00Z"
_NEVER = ("alembic", "sqlalchemy")  # nothing goes on without them
_ROUNDS = 60  # packages that may be gone
_TAIL = 4_000

Uv = Callable[..., Completed]  # its words, and `check=False`


@dataclass
class Installation:
    """`folder` is where files for uv are written, `what` is where the list comes from, for people."""

    uv: Uv
    folder: Path
    what: str
    log: Callable[[str], None]
    left_out: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    newer_setuptools: bool = False
    indexes: list[str] = field(default_factory=list)  # lines that name others than the usual one
    of_index: list[str] = field(default_factory=list)  # of those left out, what an index should have
    python: str = ""  # the minor version of the environment
    others: Callable[[], Sequence[str]] = tuple  # minor versions that the project's files allow as well

    def install(self, wanted: Requirements) -> str:
        """The minor version with which it can be done better, and nothing is installed; usually none.

        Raises `ProjectError` when nothing can be chosen, `ToolError` when the index cannot be reached.
        """
        done = self._quickly(wanted)
        while done.code != 0 and (nearer := self._without_far_indexes(wanted, done)) != wanted:
            wanted = nearer
            done = self._quickly(wanted)
        if done.code != 0:
            self._require_network(done)
            self.log(f"not everything can be installed as it is: {uv_errors.first_line(done.stderr)}")
            if better := self._better(wanted, done):
                return better
            self._carefully(wanted, done)
        self.notes += [f"{name} could not be installed and was left out" for name in self.left_out]
        return ""

    def _better(self, wanted: Requirements, done: Completed) -> str:
        """The minor version of Python for which everything has wheels that has them for any."""
        if not self.python or uv_errors.hosts_out_of_reach(done.stderr):
            return ""
        minors = other_pythons.in_order(self.python, self.others(), done.stderr)
        unbuilt = uv_errors.unbuilt(done.stderr)
        if able := [minor for minor in minors if self._have_wheels(unbuilt, minor)]:
            return self._first(able, wanted, [word for line in unbuilt for word in ("--only-binary", package_of(line))])
        if not minors:
            return ""
        # No Python brings what has no wheels at all: the others decide.
        rest = replace(self, left_out=[*self.left_out, *map(package_of, unbuilt)])
        first = rest._first([self.python, *minors], wanted, [])
        return first if first != self.python else ""

    def _have_wheels(self, lines: list[str], minor: str) -> bool:
        """Whether the index has wheels of these packages for a version of Python; asked without what they depend on."""
        path = self.folder / "unbuilt.txt"
        path.write_text("\n".join(lines))
        words = ["pip", "compile", "--quiet", "--no-deps", "--no-build", "--python-version", minor, str(path)]
        # Where nothing is built, that Python is not needed: uv would download all of it.
        return not lines or self.uv(*words, "--no-python-downloads", check=False).code == 0

    def _first(self, minors: list[str], wanted: Requirements, words: list[str]) -> str:
        """The first version of Python for which all is there that has wheels for any; empty if there is none."""
        for minor in minors:
            self.log(f"trying whether there are packages for Python {minor}")
            found = self._compiled(wanted, "--python-version", minor, *words)
            if found.code == 0 and other_pythons.has_wheels(found.stdout, minor):
                return minor
        return ""

    def ways(self, wanted: Requirements) -> list[list[str]]:
        """What uv is asked to install: just what a lock says, or with all extras, and if that fails, without."""
        words = self._sources(wanted)
        if wanted.exact:
            return [[*words, "--no-deps"]]
        return [[*words, "--all-extras"], words] if wanted.has_extras else [words]

    def _quickly(self, wanted: Requirements) -> Completed:
        for words in self.ways(wanted):
            done = self.uv("pip", "install", "--quiet", *words, check=False)
            if done.code == 0:
                break
        return done

    def _carefully(self, wanted: Requirements, done: Completed) -> None:
        packages = self._chosen(wanted, done)
        built = [package for package in packages if not package.has_wheel]
        self._wheels([package for package in packages if package.has_wheel], built)
        for package in built:
            self.log(f"building {package.line}")
            self._build(package)
        self._in_other_versions(exact=wanted.exact)

    def _chosen(self, wanted: Requirements, done: Completed) -> list[Package]:
        """All packages with their versions, less those that cannot be had."""
        for _ in range(_ROUNDS):
            wanted = self._without_culprits(wanted, done)
            done = self._compiled(wanted)
            if done.code == 0:
                self.indexes = [line for line in wanted.lines if INDEX.match(line)]
                return pins.packages(done.stdout)
        raise self._failed(done)

    def _compiled(self, wanted: Requirements, *more: str) -> Completed:
        """All versions chosen, as `pylock.toml`."""
        words = ["pip", "compile", "--quiet", "--format", "pylock.toml", *more]
        # It takes files as they are, where installing wants an option before each.
        sources = [word for word in self._sources(wanted) if word != "-r"]
        return self.uv(*words, *(["--no-deps"] if wanted.exact else []), *sources, check=False)

    def _without_culprits(self, wanted: Requirements, done: Completed) -> Requirements:
        """The requirements less what the failure names; raises when it names nothing that could be left out."""
        self._require_network(done)
        if uv_errors.OLD_SETUPTOOLS.search(done.stderr) and not self.newer_setuptools:
            self.newer_setuptools = True
            return wanted
        hosts = uv_errors.hosts_out_of_reach(done.stderr)
        if far := [line for line in wanted.lines if host(line) in hosts and not INDEX.match(line)]:
            away = [package_of(line) or repository(line) for line in far]
            self.log(f"going on without {', '.join(away)}: {', '.join(sorted(hosts))} cannot be reached")
            self.left_out += [name for name in away if name not in self.left_out]
            return replace(wanted, lines=tuple(line for line in wanted.lines if line not in far))
        named = uv_errors.culprits(done.stderr)
        fresh = [name for name in dict.fromkeys(named) if name not in (*self.left_out, *_NEVER)]
        if fresh:
            self.log(f"going on without {', '.join(fresh)}")
            self.left_out += fresh
            self.of_index += fresh
            return wanted
        if uv_errors.is_conflict(done.stderr) and wanted.others:
            names = ", ".join(path.name for path in wanted.others)
            self.notes.append(f"{names} was not installed: it contradicts the file that brings Alembic")
            return replace(wanted, lines=wanted.first, first=(), others=())
        if uv_errors.is_conflict(done.stderr) and not wanted.exact and wanted.lines:
            return self._loosened(wanted, done)
        raise self._failed(done)

    def _without_far_indexes(self, wanted: Requirements, done: Completed) -> Requirements:
        """The requirements less the indexes of their own that uv could not use: most of it is on the usual one."""
        far = [
            line for line in wanted.lines if INDEX.match(line) and host(line) in uv_errors.failing_hosts(done.stderr)
        ]
        for line in far:
            self.notes.append(f"the package index {host(line)} cannot be used here and was left out")
        return replace(wanted, lines=tuple(line for line in wanted.lines if line not in far))

    def _loosened(self, wanted: Requirements, done: Completed) -> Requirements:
        """A list that pins everything can be installed as it is, though it contradicts itself somewhere."""
        pinned = [line for line in wanted.lines if re.search(r"[=@]=?", line)]
        if len(pinned) * 10 < len(wanted.lines) * 9:
            raise self._failed(done)
        self.notes.append(f"the versions in {self.what} contradict each other: they were installed as they are")
        return replace(wanted, exact=True)

    def _wheels(self, packages: list[Package], built: list[Package]) -> None:
        """Install what has wheels, at once; what has none for this Python goes to `built`."""
        for _ in range(_ROUNDS):
            if not packages:
                return
            done = self._exactly([package.line for package in packages], "--no-build")
            if done.code == 0:
                return
            self._require_network(done)
            named = uv_errors.culprits(done.stderr)
            found = [package for package in packages if package.name in named]
            if not found:
                raise self._failed(done)
            built += found
            packages = [package for package in packages if package not in found]

    def _build(self, package: Package) -> None:
        try:
            done = self._exactly([package.line])
        except ToolError as error:
            if error.kind != "timeout":
                raise
            self.left_out.append(package.name)
            return
        if done.code != 0:
            self.log(f"{package.name} cannot be built here: going on without it")
            self.left_out.append(package.name)
            self.of_index += [package.name] if "@" not in package.line and "/" not in package.line else []

    def _in_other_versions(self, *, exact: bool) -> None:
        """What is gone from the index, or cannot be built, is taken in a version that is there, if there is one."""
        for name in [name for name in self.left_out if name in self.of_index]:
            newest = ["--exclude-newer-package", f"{name}={_NEVER_ENDS}"]
            if self._pip([name], "--no-build", *newest, *(["--no-deps"] if exact else [])).code == 0:
                self.left_out.remove(name)
                self.notes.append(f"{name} was installed in another version: the requested one is not available")

    def _exactly(self, lines: list[str], *more: str) -> Completed:
        return self._pip(lines, "--no-deps", *more)

    def _pip(self, lines: list[str], *more: str) -> Completed:
        path = self.folder / "packages.txt"
        path.write_text("\n".join([*self.indexes, *lines]))
        words = ["pip", "install", "--quiet", *more, *self._setuptools()]
        words += strategy(self.indexes)
        return self.uv(*words, "-r", str(path), check=False)

    def _sources(self, wanted: Requirements) -> list[str]:
        """The arguments that name what is wanted."""
        # A marker that is never true takes a package out, wherever it is asked for.
        never = [f"{name} ; python_version < '0'" for name in ("psycopg2", *self.left_out)]
        overrides, lines, constraints = (self.folder / f"{name}.txt" for name in ("overrides", "wanted", "constraints"))
        overrides.write_text("\n".join(never))
        lines.write_text("\n".join(line for line in map(binary, wanted.lines) if package_of(line) not in self.left_out))
        constraints.write_text("\n".join(wanted.constraints))
        words = ["--override", str(overrides), *self._setuptools()]
        words += strategy(wanted.lines)
        words += ["--constraint", str(constraints)] if wanted.constraints else []
        words += ["-r", str(lines)] if wanted.lines else []
        return [*words, *(word for path in wanted.files for word in ("-r", str(path)))]

    def _setuptools(self) -> list[str]:
        # UV_EXCLUDE_NEWER picked one for building that Python 3.12 cannot run.
        return ["--exclude-newer-package", f"setuptools={_SETUPTOOLS}"] if self.newer_setuptools else []

    def _require_network(self, done: Completed) -> None:
        if uv_errors.is_network(done.stderr):
            raise ToolError(
                f"the package index cannot be reached: {uv_errors.first_line(done.stderr)}",
                "Check network, proxy (HTTPS_PROXY) and certificates (SSL_CERT_FILE), or UV_INDEX_URL.",
                kind="network",
                log_tail=done.stderr[-_TAIL:],
            )

    def _failed(self, done: Completed) -> ProjectError:
        return ProjectError(
            f"the dependencies in {self.what} cannot be installed: {uv_errors.first_line(done.stderr)}",
            "Install them another way with --install, or use an environment that is there with --python.",
            kind="install",
            log_tail=done.stderr[-_TAIL:],
        )
