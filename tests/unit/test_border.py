"""The border of trust, as far as it can be read off the source: who touches what is of a pull request, and how."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import bot
from bot.project.environment import uv

ROOT = Path(bot.__file__).parent
# They hold the administrator's session of a database that hostile code has written to, and read its catalogs alone.
ADMINISTRATORS = {
    "migration/testbed/testbed.py",
    "migration/testbed/readings.py",
    "migration/proof/round_trip.py",  # the names and numbers of relations
    "migration/proof/time_zones.py",  # a setting of a database
    "database/setup.py",
}


@cache
def _sources() -> list[tuple[str, ast.Module]]:
    """All modules of the trusted half."""
    names = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.py"))
    own = [name for name in names if not name.startswith("project/worker/")]
    return [(name, ast.parse((ROOT / name).read_text("utf-8"))) for name in own]


def _calls(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """Each call with what is called, as it is written: `os.open`, `self.databases.connect`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def test_few_have_the_administrators_session() -> None:
    found = {
        name
        for name, tree in _sources()
        for called, _ in _calls(tree)
        if called.endswith(("databases.connect", ".session"))
    }
    assert found == ADMINISTRATORS


# Who starts programs at all, by `subprocess` or the like.
STARTERS = {
    "system/running.py",
    "system/reaper.py",
    "system/rmtree.py",
    "system/namespaces.py",  # nothing but itself, to see what it is allowed
}
# Who has the bot's own programs run: git, tar, PostgreSQL's, uv for a Python of the bot's choice. Whatever else is run
# is run confined.
TRUSTED_RUNNERS = {
    "database/embedded/prepared.py",
    "database/embedded/process.py",
    "demo.py",
    "migration/trace/squawk.py",  # SQL in a file, read as text
    "project/client/process.py",  # confined: the worker, which is talked to while it runs
    "project/environment/uv.py",
}
CONFINED_RUNNERS = {
    "project/environment/exporters.py",
    "project/environment/installer.py",
    "project/environment/interpreters.py",
    "project/environment/preparation.py",
    "project/environment/uv.py",
}
# Who opens files by a path. Files of a checkout, an archive or an environment are opened by `system/beneath.py` alone.
OPENERS = {
    "action/publish_report.py",  # reports of jobs, in the folder that the runner has made of them
    "action/runner.py",  # the runner's event, outputs and summary
    "database/embedded/disk_full.py",  # the server's log, in the run's folder
    "database/embedded/orphans.py",
    "database/embedded/prepared.py",
    "database/embedded/process.py",
    "init/workflow.py",  # the bot's own examples
    "project/environment/bytecode.py",  # the bot's own script
    "project/environment/downloads.py",  # wheels of the index, whose account builds nothing
    "project/environment/cache.py",  # locks and marks of the cache, which the bot alone writes
    "project/environment/existing.py",  # notes of packages, parsed as text
    "project/environment/interpreters.py",  # notes of the cache
    "project/environment/ownership.py",  # by descriptors, to take rights away
    "schema/snapshots.py",
    "schema/watched.py",
    "settings/files.py",  # of a local run, beneath the repository
    "settings/sources.py",  # pyproject.toml of a local run
    "system/account_numbers.py",  # the machine's users, and the last number of ours
    "system/beneath.py",
    "system/control_group.py",  # what the kernel says of groups, and their limits
    "system/first_process.py",  # /dev/null
    "system/inherited.py",  # /dev/null
    "system/landlock.py",
    "system/namespaces.py",  # what the kernel says of sockets, and its map of users
    "system/orphans.py",
    "system/run_directories.py",
}
OPENING = {"read_text", "read_bytes", "open"}
NOT_FILES = ("Repository.open",)  # git is asked
# Who imports modules by a name that is not written there: the bot's own folders of plug-ins.
IMPORTERS = {"system/plugins.py"}
EVALUATING = (
    "eval",
    "exec",
    "compile",
    "__import__",
    "pickle.",
    "marshal.",
    "runpy.",
    "tarfile.",
    "zipfile.",
    "shelve.",
)


def _named(prefixes: tuple[str, ...]) -> set[str]:
    """Modules that call something of these names, or with these beginnings where they end with a dot."""
    return {
        name
        for name, tree in _sources()
        for called, _ in _calls(tree)
        if any(called.startswith(prefix) if prefix.endswith(".") else called == prefix for prefix in prefixes)
    }


def _importing(module: str, *names: str) -> set[str]:
    """Modules that import one of these names from there."""
    return {
        name
        for name, tree in _sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == module and {a.name for a in node.names} & set(names)
    }


def test_one_module_parses_toml() -> None:
    assert {name for name, tree in _sources() for node in ast.walk(tree) if _imports(node, "tomllib")} == {
        "system/toml.py"
    }


def test_one_module_starts_programs() -> None:
    starting = ("subprocess.", "os.system", "os.popen", "os.exec", "os.spawn", "pty.", "asyncio.create_subprocess_exec")
    assert _named(starting) == STARTERS
    assert {name for name, tree in _sources() for n in ast.walk(tree) if _imports(n, "subprocess")} - STARTERS <= {
        "project/client/process.py",  # for its types
        "database/embedded/process.py",
        "system/first_process.py",
    }


def _imports(node: ast.AST, module: str) -> bool:
    return (isinstance(node, ast.Import) and any(alias.name == module for alias in node.names)) or (
        isinstance(node, ast.ImportFrom) and node.module == module
    )


def test_few_have_programs_run_and_the_others_run_them_confined() -> None:
    own = {"system/__init__.py"}
    assert _importing("bot.system", "run", "start", "blocks") - own == TRUSTED_RUNNERS
    assert _named(("system.run", "system.start", "system.blocks")) == {
        "migration/testbed/given_rows.py",  # pg_restore writes an archive of the user's own as SQL
        "project/checkout/git.py",
    }
    assert _importing("bot.system", "run_confined") - own == CONFINED_RUNNERS
    assert _importing("bot.system.running", "run", "start", "blocks", "run_confined") <= own


def test_programs_are_looked_for_on_the_path_in_one_place() -> None:
    assert _named(("shutil.which",)) == {"system/running.py"}
    assert _importing("bot.system", "program") == {"database/embedded/programs.py", "migration/trace/squawk.py"}


def test_few_open_files_by_a_path() -> None:
    found = {
        name
        for name, tree in _sources()
        for called, _ in _calls(tree)
        if called.rpartition(".")[2] in OPENING and called not in NOT_FILES and not called.startswith("beneath.")
    }
    assert found == OPENERS


def test_nothing_is_evaluated_or_unpacked() -> None:
    assert _named(EVALUATING) == set()
    assert _named(("importlib.import_module",)) == IMPORTERS


def test_uv_is_called_in_one_place_and_reads_no_configuration() -> None:
    importing = {name for name, tree in _sources() for node in ast.walk(tree) if _imports(node, "uv")}
    assert importing == {"project/environment/uv.py"}
    assert uv.command(Path("/cache"), "pip", "install")[1:] == ["--no-config", "pip", "install"]
    assert {"UV_NO_CONFIG", "UV_NO_ENV_FILE"} <= set(uv.fixed({}))


def test_what_is_not_written_there_comes_after_two_dashes() -> None:
    """What uv is told outside of confinement, and that is no word of ours, cannot be read as an option."""
    tree = ast.parse((ROOT / "project/environment/uv.py").read_text())
    (call,) = [node for called, node in _calls(tree) if called == "command" and len(node.args) > 1]
    words = [ast.literal_eval(word) if isinstance(word, ast.Constant) else None for word in call.args[1:]]
    assert words.index("--") < words.index(None)


TREES = ("ast.parse", "ast.unparse", "compile")


def test_python_of_a_pull_request_is_parsed_in_one_place() -> None:
    """What is nested without an end is no tree there, and no end of the run."""
    found = {name for name, tree in _sources() for called, _ in _calls(tree) if called in TREES}
    assert found == {"discovery/syntax.py"}
