"""Schemas as pg_dump tells them. In: a database. Out: its objects as text, and how two differ.

The order of columns and of storage parameters says nothing here, nor does Alembic's own table.
"""

import re
import subprocess
from collections import Counter
from pathlib import Path

from bot.database.addresses import Address

_ENTRY = re.compile(r"^--\n-- Name: (.*?); Type: (.*?); Schema: (.*?); Owner: .*\n--\n", re.MULTILINE)
_SPACE = re.compile(r"^SET default_tablespace = '?(.*?)'?;$", re.MULTILINE)
_PARAMETERS = re.compile(r"^WITH \((.*)\)", re.MULTILINE)
_PLACED = ("TABLE", "INDEX", "CONSTRAINT", "MATERIALIZED VIEW")

Objects = Counter[str]


def dump(programs: Path, address: Address) -> Objects:
    """The objects of a database, each as `TYPE schema.name: definition`."""
    command: list[str | Path] = [
        programs / "pg_dump",
        "--schema-only",
        "--no-owner",
        "-h",
        address.host,
        "-p",
        str(address.port),
    ]
    command += ["-U", address.user, address.dbname]
    environment = {"PGPASSWORD": address.password, "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return objects(done.stdout)


def objects(text: str) -> Objects:
    """Cut pg_dump's output into objects; settings and comments of the file itself fall away."""
    found: Objects = Counter()
    entries = list(_ENTRY.finditer(text))
    ends = [entry.start() for entry in entries[1:]] + [len(text)] * bool(entries)
    space = _last_space(text[: entries[0].start()] if entries else "", "")
    for entry, end in zip(entries, ends, strict=True):
        name, kind, schema = entry.groups()
        body = text[entry.end() : end]
        if "alembic_version" not in name:
            placed = f" TABLESPACE {space}" if space and kind in _PLACED else ""
            found[f"{kind} {schema}.{name}: {_definition(kind, body)}{placed}"] += 1
        # pg_dump sets it once, ahead of all that follow.
        space = _last_space(body, space)
    return found


def _last_space(text: str, before: str) -> str:
    settings = _SPACE.findall(text)
    return settings[-1] if settings else before


def _definition(kind: str, body: str) -> str:
    kept = [line.rstrip() for line in body.splitlines() if line.strip() and not line.startswith(("--", "SET ", "\\"))]
    if kind == "TABLE":
        first = next((n for n, line in enumerate(kept) if line.endswith("(")), None)
        last = next((n for n, line in enumerate(kept) if line.startswith(")")), None)
        if first is not None and last is not None:
            kept[first + 1 : last] = sorted(line.strip().rstrip(",") for line in kept[first + 1 : last])
    return _PARAMETERS.sub(lambda match: f"WITH ({', '.join(sorted(match[1].split(', ')))})", "\n".join(kept))


def differences(want: Objects, have: Objects) -> list[str]:
    """One line for each object that is missing or too much; empty when the schemas are equal."""
    missing = [f"missing {' '.join(text.split())}" for text in (want - have).elements()]
    return sorted(missing + [f"extra {' '.join(text.split())}" for text in (have - want).elements()])
