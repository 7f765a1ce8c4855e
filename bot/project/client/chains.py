"""Whether the migrations that a worker tells of can be those of a project: its own code may tell anything.

In: its answer. Out: what is wrong with it, empty if nothing is. What comes later follows revisions from parent to
parent, and reads the file of each.
"""

from bot.project.client.answers import Loaded

MOST = 20_000  # revisions; the largest histories that are known have a tenth of that


def fault(loaded: Loaded) -> str:
    """Why there can be no such chain; what the worker itself says is wrong with it has been told before."""
    revisions = loaded.revisions
    if len(revisions) > MOST:
        return f"{len(revisions):,} revisions are more than can be read"
    names = {revision.revision for revision in revisions}
    if len(names) < len(revisions) or len({revision.path for revision in revisions}) < len(revisions):
        return "two revisions are the same, or in the same file"
    if not names.issuperset(loaded.heads):
        return "a head is no revision"
    return "revisions follow each other in a circle" if _has_circle(loaded) else ""


def _has_circle(loaded: Loaded) -> bool:
    names = {revision.revision for revision in loaded.revisions}
    parents = {each.revision: names & {*each.down_revision, *each.depends_on} for each in loaded.revisions}
    children: dict[str, list[str]] = {name: [] for name in names}
    for name, found in parents.items():
        for parent in found:
            children[parent].append(name)
    waiting = {name: len(found) for name, found in parents.items()}
    ready = [name for name, count in waiting.items() if not count]
    done = 0
    while ready:
        done += 1
        for child in children[ready.pop()]:
            waiting[child] -= 1
            if not waiting[child]:
                ready.append(child)
    return done < len(names)
