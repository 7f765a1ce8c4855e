"""Whether an environment is made of nothing but its dependency files and an index, or of the checkout's own code, too.

In: the files that were found. Out: yes or no; where the files do not say, of the checkout. It decides who may use it:
an environment in which head's code had a hand is for that head alone.
"""

import re
from typing import Any

from bot.errors import ProjectError
from bot.project.environment import requirements
from bot.project.environment.dependencies import Found
from bot.system import toml

# A path, also one that a variable makes, or a file: "./lib", "lib @ file:lib", "lib-1.whl".
_PATH = re.compile(r"/|\$|\bfile:|\.(whl|zip|tar|tgz|gz|bz2|xz)\b", re.IGNORECASE)
_ADDRESS = re.compile(r"(^|(?<=[\s@=]))(git\+)?(https?|ssh)://\S+", re.IGNORECASE)
_PLACE = re.compile(r"(-f|--find-links|-i|--index-url|--extra-index-url)\b(?!.*://)")
_BUILT = {"dependencies", "optional-dependencies"}


def is_of_checkout(found: Found) -> bool:
    """Whether making it may read or run more of the checkout than these files."""
    try:
        match found.kind:
            case "none":
                return False
            case "requirements":
                wanted = requirements.read(found)
                return bool(wanted.local) or any(map(_is_path, (*wanted.lines, *wanted.constraints)))
            case "uv.lock":
                return any(_is_elsewhere(package) for package in _table(found)["package"])
            case "pyproject":
                return _has_to_be_built(_table(found))
            case _:  # setup.py is code, and the tools of other locks load what the folder has for them
                return True
    except (ProjectError, OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return True


def _table(found: Found) -> dict[str, Any]:
    return toml.loads(found.text(found.files[0]))


def _is_path(line: str) -> bool:
    """Of a line in a list of requirements: a folder, an archive, or somewhere to look for them."""
    return bool(_PATH.search(_ADDRESS.sub("", line)) or _PLACE.match(line))


def _is_elsewhere(package: dict[str, Any]) -> bool:
    """Of a package in a lock of uv's: neither of an index nor the project itself, which is not installed."""
    source = package["source"]
    return not source.keys() & {"registry", "git", "url"} and source not in ({"editable": "."}, {"virtual": "."})


def _has_to_be_built(data: dict[str, Any]) -> bool:
    """Whether a build backend says what the project needs, or its packages are elsewhere in the checkout."""
    project, sources = data["project"], data.get("tool", {}).get("uv", {}).get("sources")
    needs = [project.get("dependencies", []), *project.get("optional-dependencies", {}).values()]
    built = bool(_BUILT & {*project.get("dynamic", [])})
    return built or bool(sources) or any(_is_path(line) for lines in needs for line in lines)
