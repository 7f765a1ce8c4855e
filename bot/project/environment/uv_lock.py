"""`uv.lock` as lines of requirements: of a workspace, the least that brings Alembic.

In: where it was found, and a function that runs uv. Out: lines without the workspace's own members.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bot.errors import ProjectError
from bot.project.environment import dependencies, groups
from bot.project.environment.dependencies import Found
from bot.system import Completed

# Several gigabytes for graphics processors, mostly: where extras alone bring them, it is done without.
_LARGE = re.compile(r"^(torch|tensorflow|nvidia-[\w-]+|jaxlib|vllm)=", re.MULTILINE)


def export(
    uv: Callable[..., Completed], found: Found, siblings: Sequence[Found], checkout: Path, python: Path
) -> list[str]:
    """What the lock says; raises `ProjectError` where uv cannot tell."""
    words = ["export", "--frozen", "--quiet", "--no-hashes", "--no-header", "--no-annotate", "--no-dev"]
    words += ["--no-emit-workspace", "--python", str(python)]
    exported: list[str] = []
    for scope in _scopes(found, siblings, checkout):
        whole = uv(*words, *scope, "--all-extras", check=False)
        done = uv(*words, *scope, check=False) if whole.code != 0 or _LARGE.search(whole.stdout) else whole
        if whole.code == 0 and (done.code != 0 or _LARGE.search(done.stdout)):
            done = whole
        if done.code == 0:
            exported.append(done.stdout)
            if re.search("^alembic=", done.stdout, re.MULTILINE):
                return done.stdout.splitlines()
    if exported:
        return exported[0].splitlines()
    raise ProjectError(
        "uv.lock cannot be exported",
        "Run `uv lock` and commit the result.",
        kind="install",
        log_tail=done.stderr[-4000:],
    )


def _scopes(found: Found, siblings: Sequence[Found], checkout: Path) -> Iterator[list[str]]:
    """What of it may be meant: the package, with groups of its own, or the whole workspace."""
    near = [other.member for other in siblings if other.folder == found.folder]
    folders = [folder for folder in (found.member, *near) if folder]
    # Whoever works in a workspace has what its root requires.
    named = [dependencies.project_name(folder, checkout) for folder in (*folders, found.folder)]
    package = [f"--package={name}" for name, _ in filter(None, named)] if folders else []
    yield package
    if names := groups.with_alembic(found):
        yield [*package, *(f"--group={name}" for name in names)]
    yield ["--all-packages"]
