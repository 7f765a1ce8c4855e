"""Notices that the author of a migration ignores by a comment: `# migration-bot: ignore CODE because …`.

In: the migrations of the pull request and the findings on them. Out: the findings without the ignored notices. Errors
and warnings cannot be ignored: a change must not loosen its own check.
"""

import io
import re
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.model import Finding, Migration, Where

_COMMENT = re.compile(r"#\s*migration-bot:\s*ignore\s+(?P<code>[\w-]+)(?P<rest>(?:\s.*)?)\Z")
_REASON = re.compile(r"(?<!\s)\s+because\s+(\S.*)")


@dataclass(frozen=True)
class _Comment:
    where: Where
    code: str
    reason: str


def without_ignored(migrations: Sequence[Migration], findings: Sequence[Finding]) -> list[Finding]:
    """The findings that are not ignored, and a notice for each comment without a reason or a matching finding."""
    comments = [c for m in migrations if m.origin == "pull_request" for c in _comments(m)]
    answered = {comment for comment in comments if comment.reason}
    kept = [finding for finding in findings if not any(_answers(comment, finding) for comment in answered)]
    vain = [c for c in comments if not c.reason or not any(_answers(c, finding) for finding in findings)]
    return kept + [_useless(comment) for comment in vain]


def _comments(migration: Migration) -> Iterator[_Comment]:
    """Real comments only, not strings that look like one."""
    try:
        for token in tokenize.generate_tokens(io.StringIO(migration.source).readline):
            found = _COMMENT.match(token.string) if token.type == tokenize.COMMENT else None
            if found:
                where = Where(path=migration.path, line=token.start[0])
                reason = _REASON.match(found["rest"])
                yield _Comment(where, found["code"], reason[1].strip() if reason else "")
    except (tokenize.TokenError, SyntaxError):
        return  # the file cannot be run either, which is an error of its own


def _answers(comment: _Comment, finding: Finding) -> bool:
    """Whether the finding is about the comment's file; the comment's line does not matter."""
    place = finding.where is None or finding.where.path == comment.where.path
    return finding.severity == "notice" and finding.code == comment.code and place


def _useless(comment: _Comment) -> Finding:
    why = (
        "No such notice was found; errors and warnings cannot be ignored."
        if comment.reason
        else "A comment without a reason ignores nothing."
    )
    return Finding(
        code="ignored-in-vain",
        severity="notice",
        title=f"The comment to ignore {comment.code[:60]} has no effect",
        detail=why,
        advice="Remove it." if comment.reason else f"Write `# migration-bot: ignore {comment.code[:60]} because …`.",
        where=comment.where,
    )
