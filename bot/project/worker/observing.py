"""What the server says of a session: the locks that it holds, and what it read and wrote in its transaction.

In: a cursor of the session. Out: what has changed since the look before. One round trip for each statement, and one
more where a transaction begins; its cost follows the locks that are held, whatever else is in the database.
"""

from contextlib import contextmanager
from typing import Any, Dict, Iterator, List, Optional, Tuple

Row = Tuple[Any, ...]

# Once for a session, and after a statement that was not observed. Relations that are newer than the run are the
# migration's own, and nobody waits for them; what the session read and wrote before is in its counters until they are
# published, which can take a second.
_FIRST = """
SELECT max(c.oid::bigint),
       coalesce((SELECT pg_catalog.string_agg(i.indexrelid::text, ',') || ',' || min(i.indrelid::bigint)::text
                 FROM pg_catalog.pg_index i
                 WHERE i.indrelid = pg_catalog.to_regclass('{table}')),
                pg_catalog.to_regclass('{table}')::oid::text, '0'),
       coalesce(string_agg(c.oid::text, ',') FILTER (
           WHERE c.relkind IN ('r', 'p', 'm') AND c.oid >= 16384
                 AND (pg_catalog.pg_stat_get_xact_numscans(c.oid) > 0
                      OR pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid) > 0
                      OR pg_catalog.pg_stat_get_xact_tuples_updated(c.oid) > 0
                      OR pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid) > 0)), '')
FROM pg_catalog.pg_class c
"""
# After a statement that was not observed: the files that relations were moved to. A relation begins in a file that has
# the number of its identity.
_FILES = """
SELECT c.oid::bigint, c.relfilenode::bigint FROM pg_catalog.pg_class c
WHERE c.oid BETWEEN 16384 AND {newest} AND c.relfilenode <> c.oid AND c.relkind IN ('r', 'm', 'i')
"""
# For each relation: its locks, its file, and the counters of the session's transactions that are not published yet.
# The first row, without a relation, is the transaction.
_LOOK = """
SELECT coalesce(l.relation, k.relation)::bigint, coalesce(l.modes, ''),
       pg_catalog.pg_relation_filenode(l.relation)::bigint,
       pg_catalog.pg_stat_get_xact_numscans(coalesce(l.relation, k.relation)),
       pg_catalog.pg_stat_get_xact_tuples_returned(coalesce(l.relation, k.relation)),
       pg_catalog.pg_stat_get_xact_tuples_inserted(coalesce(l.relation, k.relation))
       + pg_catalog.pg_stat_get_xact_tuples_updated(coalesce(l.relation, k.relation))
       + pg_catalog.pg_stat_get_xact_tuples_deleted(coalesce(l.relation, k.relation)),
       l.transaction, pg_catalog.current_setting('lock_timeout')
FROM (SELECT relation, pg_catalog.string_agg(DISTINCT mode, ' ') AS modes,
             max(virtualtransaction) AS transaction
      FROM pg_catalog.pg_locks
      WHERE pid = pg_catalog.pg_backend_pid() AND granted
            AND (locktype = 'virtualxid' OR locktype = 'relation' AND relation BETWEEN 16384 AND {newest}
                 AND relation NOT IN ({version_table}))
      GROUP BY relation) l
FULL JOIN pg_catalog.unnest('{{{known}}}'::oid[]) k (relation) ON k.relation = l.relation
ORDER BY 1 NULLS FIRST
"""


@contextmanager
def cursor_of(connection: Any) -> Iterator[Any]:
    """Past SQLAlchemy, so that these queries are not seen by listeners."""
    cursor = connection.connection.cursor()
    try:
        yield cursor
    finally:
        cursor.close()


class Session:
    """One session of the server; `version_table` is Alembic's, as SQL."""

    def __init__(self, number: int, version_table: str) -> None:
        self._number = number
        self._version_table = version_table
        self._limits: Optional[Tuple[int, str]] = None  # the newest relation that counts; Alembic's own table and index
        self._transaction: Optional[str] = None
        self._begun: Optional[List[Row]] = None
        self._files: Optional[List[Row]] = None
        self._unknown = False  # whether something was read or written that nobody looked at
        self._seen: Dict[int, Row] = {}

    def begin(self, opened: Any) -> None:
        """Before a statement: where the transaction is a new one, what there is already, and the counters."""
        if self._transaction is not None:
            return
        with opened as cursor:
            known = ",".join(map(str, sorted(self._seen)))
            if self._limits is None or self._unknown:
                cursor.execute(_FIRST.format(table=self._version_table.replace("'", "''")))
                newest, version_table, known = cursor.fetchone()
                self._limits = self._limits or (newest, version_table)
            if self._unknown:
                cursor.execute(_FILES.format(newest=self._limits[0]))
                self._files, self._unknown = cursor.fetchall(), False
            self._transaction, _, rows = self._ask(cursor, known)
        self._begun = rows
        self._seen = {row[0]: row for row in rows}

    def end(self) -> None:
        """The transaction is over, as far as SQLAlchemy knows."""
        self._transaction = None

    def observe(self, opened: Any) -> Dict[str, Any]:
        """After a statement. Where it ended its transaction, its locks are gone: nothing was observed."""
        with opened as cursor:
            transaction, lock_timeout, rows = self._ask(cursor)
        observed = transaction == self._transaction
        begun, self._begun = self._begun, None
        files, self._files = self._files, None
        there = {row[0]: row for row in rows}
        said = {
            "session": self._number,
            "observed": observed,
            "lock_timeout": lock_timeout,
            "begun": begun,
            "files": files,
            "changed": [row for oid, row in there.items() if self._seen.get(oid) != row] if observed else [],
            "released": [oid for oid, row in self._seen.items() if oid not in there and row[1]] if observed else [],
        }
        self._seen.update(there)
        for oid in set(self._seen) - set(there):
            self._seen[oid] = (oid, "", *self._seen[oid][2:])
        if not observed:
            self._transaction, self._unknown = None, True
        return said

    def _ask(self, cursor: Any, known: str = "") -> Tuple[str, str, List[Row]]:
        newest, version_table = self._limits or (0, "0")
        cursor.execute(_LOOK.format(newest=newest, version_table=version_table, known=known))
        first, *rows = cursor.fetchall()
        return first[6], first[7], [tuple(row[:6]) for row in rows]
