"""Where a report goes after a local run: standard output, files, the working tree, the exit code.

A form of the report is imported when it is asked for: most runs want one of them.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from bot.discovery import revision_folders
from bot.errors import ToolError
from bot.model import Migration, Report, migration_missing, to_json
from bot.report.views import Views
from bot.report.views import to_json as views_to_json
from bot.settings import FailOn, Settings
from bot.system import beneath
from bot.system.timing import Span


def deliver(settings: Settings, report: Report, views: Mapping[str, Views]) -> None:
    """Write what the settings ask for; raises `ToolError` when a file cannot be written."""
    with _writing(settings):
        if settings.output_dir is not None:
            to_folder(settings.output_dir, report, views)
        if settings.write:
            for migration in generated(report):
                _add(settings.repo, migration)
    _to_standard_output(settings, report, views)


def keep(settings: Settings, report: Report) -> None:
    """The report in the output folder, if there is to be one, and nothing else."""
    with _writing(settings):
        if settings.output_dir is not None:
            to_folder(settings.output_dir, report, {})


@contextmanager
def _writing(settings: Settings) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        place = error.filename or settings.output_dir or settings.repo
        raise ToolError(f"cannot write {place}: {error.strerror}", "Choose another --output-dir.") from error


def profile(settings: Settings, spans: Sequence[Span]) -> None:
    """Write the trace of the run; raises `ToolError` when the file cannot be written."""
    if settings.profile is None:
        return
    try:
        from bot.report.trace import trace  # noqa: PLC0415

        settings.profile.write_bytes(trace(spans))
    except OSError as error:
        raise ToolError(f"cannot write {settings.profile}: {error.strerror}", "Choose another --profile.") from error


def generated(report: Report) -> list[Migration]:
    """The files that the bot wrote, each once: several databases of one env.py share theirs."""
    found = [m for project in report.projects for m in project.migrations if m.origin == "generated"]
    return list({migration.path: migration for migration in found}.values())


def to_folder(folder: Path, report: Report, views: Mapping[str, Views]) -> None:
    """The report in all its forms, with the files that the bot wrote."""
    from bot.report.comment import comment  # noqa: PLC0415
    from bot.report.sarif import sarif  # noqa: PLC0415
    from bot.report.statements import preflight  # noqa: PLC0415

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_bytes(to_json(report))
    (folder / "report.sarif").write_bytes(sarif(report))
    (folder / "views.json").write_bytes(views_to_json(views))
    (folder / "comment.md").write_text(comment(report, views), "utf-8")
    queries = preflight(report.projects)
    if queries:
        (folder / "preflight.sql").write_text(queries, "utf-8")
    for migration in generated(report):
        _write(folder / "migrations", migration)


def _write(root: Path, migration: Migration) -> None:
    """Write a file below `root`; its path comes from the project's code, so it must not lead out."""
    target = root / migration.path
    parent = target.parent
    # Links are followed here, so that a link inside the tree cannot lead out of it.
    if not parent.resolve().is_relative_to(root.resolve()) or target.is_symlink():
        raise ToolError(f"the migration's path {migration.path} leads out of {root}", kind="path")
    parent.mkdir(parents=True, exist_ok=True)
    target.write_text(migration.source, "utf-8")


def _add(root: Path, migration: Migration) -> None:
    """A new file in the repository, where its migrations are: nothing that is there is written over."""
    if not revision_folders.belongs(root, migration.path):
        raise ToolError(
            f"{migration.path} is no place for a migration: the working tree has no others there, and no env.py above",
            "Copy it from the report, or check out the branch that has this Alembic environment.",
            kind="path",
        )
    try:
        beneath.create(root, migration.path, migration.source)
    except FileExistsError as error:
        raise ToolError(f"{migration.path} is there already, and is left as it is", kind="path") from error


def _to_standard_output(settings: Settings, report: Report, views: Mapping[str, Views]) -> None:
    if settings.format == "json":
        sys.stdout.write(to_json(report).decode())
    elif settings.format == "sarif":
        from bot.report.sarif import sarif  # noqa: PLC0415

        sys.stdout.write(sarif(report).decode())
    elif settings.format == "markdown":
        from bot.report.comment import comment  # noqa: PLC0415

        sys.stdout.write(comment(report, views))
    else:
        from rich.console import Console  # noqa: PLC0415

        from bot.report.terminal import show  # noqa: PLC0415

        show(report, views, Console(file=sys.stdout))
    sys.stdout.flush()


def exit_code(settings: Settings, report: Report, code: int) -> int:
    """0 when nothing is at or above `--fail-on`, 1 for problems found, 3 when a tool failed."""
    incomplete = settings.fail_on != "never" and migration_missing(report)
    return verdict_code(settings, report, code) or int(incomplete)


def verdict_code(settings: Settings, report: Report, code: int) -> int:
    """The same, whether the generated migration is in the change or not."""
    if report.status == "error" and code > 1:
        return code
    return int(is_bad(report, settings.fail_on))


def is_bad(report: Report, fail_on: FailOn) -> bool:
    """Whether there is something at or above `--fail-on`."""
    bad = {"error": {"failed", "error"}, "warning": {"failed", "error", "warning"}, "never": set[str]()}
    return report.status in bad[fail_on]
