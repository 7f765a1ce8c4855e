"""What the words of a statement say, where the server's facts leave it open. Each of several statements that are sent
together counts; comments do not."""

import re
from functools import lru_cache

from bot.sqltext.statements import split, tokens

_QUERIES = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "WITH", "COPY", "VALUES", "TABLE", "EXPLAIN"})
_SESSION = frozenset(
    {
        *("SET", "RESET", "SHOW", "DISCARD", "LISTEN", "NOTIFY", "LOCK"),
        *("BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE"),
    }
)
_PROCEDURAL = frozenset({"DO", "CALL"})
_REQUIRED = re.compile(r"ALTER TABLE (ONLY )?\S+ ADD (COLUMN )?(IF NOT EXISTS )?[^,]*\bNOT NULL\b[^,]*")
_FILLED = re.compile(r"\b(DEFAULT|GENERATED|\w*SERIAL\d?)\b")
_INDEX = re.compile(r"(CREATE (UNIQUE )?INDEX|REINDEX)\b")
# What takes no lock that INSERT, UPDATE or DELETE wait for, as the manual has it under "Explicit Locking".
_WEAK = re.compile(
    r"(CREATE (UNIQUE )?INDEX|DROP INDEX|REINDEX (\(.*\) )?\w+|REFRESH MATERIALIZED VIEW) CONCURRENTLY\b"
    r"|VACUUM\b(?!.*\bFULL\b)|ANALYZE\b|ALTER TYPE .* ADD VALUE\b|ALTER TABLE .* DETACH PARTITION .* CONCURRENTLY$"
    r"|ALTER TABLE \S+ VALIDATE CONSTRAINT [^,]+$"
)
# What can begin a definition, or run one that is not in the text.
_DEFINING = re.compile(
    r"\b(ALTER|CREATE|DROP|TRUNCATE|LOCK|REINDEX|CLUSTER|REFRESH|VACUUM|COMMENT|GRANT|REVOKE|REASSIGN|SECURITY|IMPORT"
    r"|EXECUTE|CALL|PERFORM)\b"
)


@lru_cache(4096)
def _parts(sql: str) -> tuple[str, ...]:
    """The statements in capitals, with single blanks and without comments."""
    said = []
    for part in split(sql):
        words = (" " if kind in ("space", "comment") else text for kind, text, _ in tokens(part))
        said.append(" ".join("".join(words).upper().split()))
    return tuple(said)


def _word(part: str) -> str:
    found = re.match(r"[(\s]*(\w*)", part)
    return found[1] if found else ""


def is_definition(sql: str) -> bool:
    """Whether its scans are those of any table: with few rows, the planner reads tables whole for queries as well."""
    return any(_defines(part) for part in _parts(sql))


def _defines(part: str) -> bool:
    return _word(part) not in _QUERIES | _SESSION


def builds_index(sql: str) -> bool:
    """Whether it is there to build indexes, and nothing else is."""
    defining = [part for part in _parts(sql) if _defines(part)]
    return bool(defining) and all(_INDEX.match(part) for part in defining)


def refuses_rows(sql: str) -> bool:
    """Whether all that it does is to add required columns with nothing in them: rows stop it at the first one."""
    outside = [re.sub(r"\([^()]*\)", "", part) for part in _parts(sql) if _defines(part)]
    return bool(outside) and all(_REQUIRED.fullmatch(part) and not _FILLED.search(part) for part in outside)


def only_inserts(sql: str) -> bool:
    """Whether all rows that it writes are new ones, which nobody else can be waiting for."""
    return all(_word(part) in _SESSION | {"INSERT", "COPY", "SELECT"} for part in _parts(sql))


def locks_rows(sql: str) -> bool:
    """Whether a query keeps the rows that it reads from being changed."""
    return any(re.search(r"\bFOR (NO KEY UPDATE|UPDATE|SHARE)\b", part) for part in _parts(sql))


def works_after_locking(sql: str) -> bool:
    """Whether rows that it writes can be written after it took the locks of a definition."""
    words = [_word(part) for part in _parts(sql)]
    first = next((number for number, word in enumerate(words) if word == "LOCK" or _defines(word)), len(words))
    return any(word in _QUERIES | _PROCEDURAL for word in words[first:])


def keeps_nobody_out(sql: str) -> bool:
    """Whether the manual says so of all its statements; of a block, if no word in it can begin another statement."""
    return all(
        _word(part) in (_QUERIES | _SESSION) - {"LOCK"}
        or _WEAK.match(part)
        or (_word(part) == "DO" and not _DEFINING.search(part))
        for part in _parts(sql)
    )


def waits_for_nothing(sql: str) -> bool:
    """Whether it gives up at once where a lock cannot be had."""
    return all(re.search(r"\bNOWAIT$", part) for part in _parts(sql))
