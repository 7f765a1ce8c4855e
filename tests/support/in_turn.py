"""Which account has its turn with which case of a test. In: all pairs of a test. Out: one of each case."""

import zlib
from collections.abc import Iterable

ACCOUNTS = ("root", "user")


def chosen(test: str, pairs: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Accounts take turns from case to case; which one is first, the test's name decides."""
    cases = list(dict.fromkeys(case for _, case in pairs))
    first = zlib.crc32(test.encode())
    return {(ACCOUNTS[(first + number) % len(ACCOUNTS)], case) for number, case in enumerate(cases)}
