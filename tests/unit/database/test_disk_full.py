"""A server's log says whether it found no room; what a project has it write says nothing."""

from pathlib import Path

import pytest

from bot.database.embedded.disk_full import OutOfSpaceProbe

AT = b"2026-01-02 03:04:05.678 UTC [42] "
WHERE = AT + b"LOCATION:  mdextend, md.c:485\n"
FULL = AT + b'ERROR:  53100: could not extend file "base/16384/16385": No space left on device\n'
HALF = AT + b'ERROR:  53100: could not extend file "base/1/2": wrote only 4096 of 8192 bytes at block 53593\n'
READY = AT + b"LOG:  00000: ready\n" + AT + b"LOCATION:  PostmasterStateMachine, postmaster.c:1\n"
RAISED = AT + b"LOCATION:  exec_stmt_raise, pl_exec.c:3893\n"


@pytest.mark.parametrize("line", [FULL, HALF], ids=["full", "half a block fits"])
@pytest.mark.parametrize("cut", [0, 20, 90])
def test_a_full_disk_is_read_from_the_log(tmp_path: Path, cut: int, line: bytes) -> None:
    log = tmp_path / "log"
    full = OutOfSpaceProbe(log)
    assert not full()
    log.write_bytes(READY * 5_000 + line[:cut])
    assert not full()
    with log.open("ab") as file:
        file.write(line[cut:])
    assert full()
    with log.open("ab") as file:
        file.write(WHERE)
    assert full()
    log.write_bytes(b"")
    assert full()


@pytest.mark.parametrize(
    "log",
    [
        FULL + READY,
        FULL + AT + b"CONTEXT:  SQL statement\n" + AT + b"STATEMENT:  COPY t FROM 'x'\n" + WHERE,
        FULL + b"\tanother line\n" + WHERE,
        b"could not write to file: No space left on device\n",
        AT.replace(b"42", b"7") + b"PANIC:  53100: could not write to file: wrote only 1 of 2 bytes\n" + WHERE,
        AT + b"LOG:  53100: could not write temporary statistics file: No space left on device\n" + WHERE,
        RAISED + FULL + WHERE,
    ],
)
def test_whatever_else_stands_in_it(tmp_path: Path, log: bytes) -> None:
    (tmp_path / "log").write_bytes(READY + log + READY)
    assert OutOfSpaceProbe(tmp_path / "log")()


WORDS = b"No space left on device"


@pytest.mark.parametrize(
    "log",
    [
        FULL + RAISED,
        AT + b"LOG:  00000: " + WORDS + b"\n" + RAISED,
        AT + b'ERROR:  22P02: invalid input syntax for type integer: "' + WORDS + b'"\n' + WHERE,
        AT + b"ERROR:  P0001: x\n\t" + FULL + WHERE.replace(AT, b"\t" + AT) + RAISED,
        AT + b"ERROR:  42601: syntax error\n" + AT + b"STATEMENT:  " + FULL + b"\t" + FULL + WHERE,
        AT + b"DETAIL:  LOG:  53100: " + WORDS + b"\n" + WHERE,
        AT + b"ERROR:  P0001: " + b"x" * (65_536 - len(AT) - 15) + FULL + RAISED,
        AT + b"ERROR:  P0001: " + b"x" * 200_000 + FULL + b"\t" + b"x" * 70_000 + FULL + RAISED,
    ],
)
def test_words_of_the_projects_are_not_believed(tmp_path: Path, log: bytes) -> None:
    """B18: `RAISE LOG 'No space left on device'` made a run begin again on disk, or end."""
    (tmp_path / "log").write_bytes(READY + log + READY)
    assert not OutOfSpaceProbe(tmp_path / "log")()
