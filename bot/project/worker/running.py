"""Runs migrations up and down, and stamps, as Alembic's commands do.

In: a target revision. Out: which revisions ran and what they sent.
"""

from typing import Any, Dict, Iterable, Iterator, List, Set, cast

from alembic import command
from alembic.runtime.migration import MigrationStep

from . import configuration, environment
from .problems import Problem
from .tracing import Trace


def upgrade(spec: Dict[str, Any], target: str = "heads", trace: bool = False) -> Dict[str, Any]:
    """Like `alembic upgrade`."""
    return _run(spec, "upgrade", target, trace)


def downgrade(spec: Dict[str, Any], target: str, trace: bool = False) -> Dict[str, Any]:
    """Like `alembic downgrade`."""
    return _run(spec, "downgrade", target, trace)


def _run(spec: Dict[str, Any], direction: str, target: str, trace: bool) -> Dict[str, Any]:
    config = configuration.make(spec, cmd=(getattr(command, direction), ["revision"], []), revision=target)
    with configuration.explained(spec):
        directory = configuration.scripts(config)
    recorder = Trace(trace)
    ran: List[str] = []
    at: List[str] = []

    def planned(revision: Any, _context: Any) -> Any:
        if direction == "upgrade":
            steps = directory._upgrade_revs(target, revision)
        else:
            steps = _back(directory, target, revision)
        ran.extend(str(step.revision.revision) for step in steps)
        return _followed(steps, at, recorder)

    try:
        with configuration.explained(spec), recorder:
            environment.run_with(spec, config, directory, planned, starting_rev=None, destination_rev=target)
    except BaseException as error:
        cast(Any, error).revision = at[-1] if at else None
        schema = environment.configured().options.get("version_table_schema")
        if schema and not ran and 'schema "{}" does not exist'.format(schema) in str(error):
            text = "nothing makes the schema {} of the version table (version_table_schema)".format(schema)
            raise Problem("version-schema", text, [schema]) from error
        raise
    return {"revisions": ran, "statements": recorder.statements, "untold": recorder.untold}


def _back(directory: Any, target: str, revision: Any) -> List[Any]:
    """The steps to a revision, or to several (by commas), for which Alembic has no word."""
    wanted = tuple(target.split(","))
    if len(wanted) == 1:
        return list(directory._downgrade_revs(target, revision))
    revisions = directory.revision_map
    kept = {script.revision for script in _all(revisions, wanted)}
    gone = [script for script in _all(revisions, tuple(revision)) if script.revision not in kept]
    return [MigrationStep.downgrade_from_script(revisions, script) for script in gone]


def _all(revisions: Any, heads: Any) -> Iterable[Any]:
    """Revisions with all that they follow, the newest first."""
    found: Iterable[Any] = revisions.iterate_revisions(heads, "base", inclusive=True, assert_relative_length=False)
    return found


def _followed(steps: Iterable[Any], at: List[str], recorder: Trace) -> Iterator[Any]:
    """The steps one by one, so that a failure or a statement can say in which revision it was."""
    for step in steps:
        at.append(str(step.revision.revision))
        recorder.follow(at[-1], str(step.revision.path))
        yield step
    at.clear()  # what comes now is env.py's own doing
    recorder.follow("", "")


def stamp(spec: Dict[str, Any], revisions: List[str]) -> None:
    """Like `alembic stamp --purge`; no revisions mean base."""
    config = configuration.make(spec, cmd=(command.stamp, ["revision"], []))
    with configuration.explained(spec):
        directory = configuration.scripts(config)
        target = tuple(revisions) or "base"

        def steps(revision: Any, _context: Any) -> Any:
            return directory._stamp_revs(target, revision)

        environment.run_with(
            spec, config, directory, steps, make_version_schema=True, starting_rev=None, destination_rev=target
        )


def current(spec: Dict[str, Any]) -> List[str]:
    """The revisions that the database is at."""
    found: Set[str] = set()

    def look(revision: Any, _context: Any) -> List[Any]:
        found.update(revision)
        return []

    environment.run(spec, look, dont_mutate=True)
    return sorted(found)
