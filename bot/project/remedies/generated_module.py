"""A module that a generator writes: protobuf and gRPC code, a file with the version."""

import re
from collections.abc import Iterator

from bot.errors import ProjectError
from bot.project.remedies import Trouble
from bot.system import beneath

_PROTOBUF = re.compile(r"(^|\.)\w+_pb2(_grpc)?$|(^|\.)(protos?|protobufs?|generated|gen|stubs?)(\.|$)", re.IGNORECASE)
_VERSION = re.compile(r"(^|\.)_?_?version(_info)?_?_?$")
_GENERATOR = re.compile(r"\bprotoc\b|grpc_tools|buf generate|betterproto|openapi-generator|datamodel-codegen")
_WRITES_VERSION = re.compile(r">\s*\S*version", re.IGNORECASE)  # to a file, or to what a variable of the Makefile names
_WRITTEN = re.compile(r"""(?:write_to|version_file|version-file)\s*=\s*["']([\w./-]+\.py)["']""")
_MAKEFILES = ("Makefile", "makefile", "GNUmakefile", "justfile", "Justfile", "Taskfile.yml", "tasks.py", "noxfile.py")


def remedy(error: ProjectError, trouble: Trouble) -> str:
    """How the repository itself makes the module."""
    module = _module(error.message) or error.module
    if _PROTOBUF.search(module):
        command = next(_commands(trouble), "")
        how = f"the repository makes it with: --prepare {command!r}" if command else _BY_HAND
        return f"{module} is generated code that is not in git; {how}"
    if _VERSION.search(module):
        for name in ("pyproject.toml", "setup.cfg", "setup.py"):
            written = _WRITTEN.search(beneath.text(trouble.checkout, name) or "")
            if written:
                line = 'version = __version__ = "0.0.0"'
                return f"{written[1]} is written by the build: --prepare 'echo {line!r} > {written[1]}'"
        command = next(_commands(trouble, _WRITES_VERSION), "")
        return f"{module} is written by the build, and is not in git: --prepare {command!r}" if command else ""
    return ""


_BY_HAND = "run its generator with --prepare, such as 'python -m grpc_tools.protoc …', in both checkouts"


def _module(message: str) -> str:
    found = re.search(r"No module named '([\w.]+)'|cannot import name '(\w+)'", message)
    return (found[1] or found[2]) if found else ""


def _commands(trouble: Trouble, generates: re.Pattern[str] = _GENERATOR) -> Iterator[str]:
    """Targets of a Makefile or justfile, and scripts, in which a generator is called."""
    for folder in dict.fromkeys((".", *trouble.folders)):
        for name in _MAKEFILES[:5]:
            target = _target(beneath.text(trouble.checkout, f"{folder}/{name}") or "", generates)
            if target:
                inside = "" if folder == "." else f" -C {folder}"
                yield f"just {target}" if name.lower() == "justfile" else f"make{inside} {target}"
        for place in (folder, f"{folder}/scripts", f"{folder}/bin"):
            for name in beneath.names(trouble.checkout, place):
                path = f"{place}/{name}".removeprefix("./")
                if name.endswith(".sh") and generates.search(beneath.text(trouble.checkout, path) or ""):
                    yield f"sh {path}"


def _target(text: str, generates: re.Pattern[str]) -> str:
    target = ""
    for line in text.splitlines():
        head = re.match(r"([A-Za-z][\w.-]*)\s*(?:[\w ]*):(?!=)", line)
        target = head[1] if head else target
        if target and line[:1] in " \t" and generates.search(line):
            return target
    return ""
