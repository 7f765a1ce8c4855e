"""Stale migrations retargeted to base's newest revision.

In: a report. Out: the new text of the files, by path. Only the assignment to `down_revision` and the line
`Revises:` change.
"""

import re

from bot.model import Migration, Project, Report


def retargeted(report: Report) -> dict[str, str]:
    """The changed files; empty if there is nothing to do, or more than one head to choose from."""
    files: dict[str, str] = {}
    for project in report.projects:
        files.update(_retargeted(project))
    return files


def _retargeted(project: Project) -> dict[str, str]:
    if len(project.heads.base) != 1:
        return {}
    newest = project.heads.base[0]
    own = {m.revision for m in project.migrations}
    files = {}
    for migration in project.migrations:
        old = migration.down_revision
        if migration.origin == "pull_request" and isinstance(old, str) and old not in own:
            text = _with_parent(migration, old, newest)
            if text != migration.source:
                files[migration.path] = text
    return files


def _with_parent(migration: Migration, old: str, new: str) -> str:
    assigned = re.compile(rf"^(down_revision\b[^=\n]*=\s*)(['\"]){re.escape(old)}\2", re.MULTILINE)
    stated = re.compile(rf"^(Revises:\s*){re.escape(old)}\s*$", re.MULTILINE)
    text = assigned.sub(lambda match: f"{match[1]}{match[2]}{new}{match[2]}", migration.source, count=1)
    return stated.sub(lambda match: f"{match[1]}{new}", text, count=1)
