"""Whether a server has found no room for something, also where the project's code goes on as if nothing had happened.

In: the server's own log, in which errors stand with their SQLSTATE and the place in its source. Out: yes or no. What a
migration raises, quotes or has cast may hold the same words: it comes from another place, or bears another code.
"""

import re
from contextlib import suppress
from pathlib import Path

# With these settings a record is recognised whatever is in its message, whose further lines begin with a tab.
SETTINGS = {"log_line_prefix": "%m [%p] ", "log_error_verbosity": "verbose"}
_PORTION = 65_536  # bytes of a line that are looked at
_RECORD = re.compile(rb"\d{4}-\d\d-\d\d [\d:.]+ \w+ \[\d+\] (\w+):  (?:([0-9A-Z]{5}): )?")
_FIELDS = (b"DETAIL", b"HINT", b"QUERY", b"CONTEXT", b"STATEMENT", b"BACKTRACE")
_DISK_FULL = b"53100"
# ENOSPC in the locale of our servers; and what they say where half a block still fits.
_WORDS = (b"No space left on device", b": wrote only ")
_BY_A_LANGUAGE = re.compile(rb"LOCATION:  \w+, pl")  # plpgsql's pl_exec.c and its like: RAISE


class OutOfSpaceProbe:
    """Called again, it reads on; once there was no room, there was none."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._read = 0
        self._inside = False  # a line of which more is to come
        self._suspect = False  # a record that says so, and whose place is still to come
        self._found = False

    def __call__(self) -> bool:
        with suppress(OSError), self._log.open("rb") as log:
            log.seek(self._read)
            while line := log.readline(_PORTION):
                ended = line.endswith(b"\n")
                if not ended and len(line) < _PORTION:
                    break  # half written: it is read again
                if not self._inside:
                    self._look(line)
                self._inside = not ended
                self._read += len(line)
        # Records are written as a whole: where the place of the last one is missing, there was no room for it.
        return self._found or self._suspect

    def _look(self, line: bytes) -> None:
        record = _RECORD.match(line)
        if record is None:
            # Before there is a log, programs write as they like.
            self._found = self._found or (not line.startswith(b"\t") and any(words in line for words in _WORDS))
        elif record[1] == b"LOCATION":
            self._found = self._found or (self._suspect and not _BY_A_LANGUAGE.search(line))
            self._suspect = False
        elif record[1] not in _FIELDS:
            self._found = self._found or self._suspect
            self._suspect = record[2] == _DISK_FULL
