"""Two runs on one machine, the second of which is hostile: what it can do to the first, and to what that one left.

Run as root, as a program: `two_runs.py FOLDER [alone] [shared]`. With `alone`, nothing but accounts keeps the runs
apart; with `shared`, they have the same one. Prints what came through, as JSON, while the first ran and after it.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from bot.system import (
    Account,
    Confinement,
    accounts,
    become_subreaper,
    control_group,
    landlock,
    namespaces,
    run_confined,
    seccomp,
)
from bot.system.run_directories import run_directory

VICTIM = """
import pathlib, sys
home = pathlib.Path(sys.argv[1])
(home / "secret").write_text("theirs")
(home / "program").write_text("#!/bin/sh")
(home / "program").chmod(0o700)
(home / "ready").touch()
while not (home / "end").exists():
    pass
"""
HOSTILE = r"""
import ctypes, json, os, resource, signal, socket, sys
pid, home, cache = int(sys.argv[1]), sys.argv[2], sys.argv[3]
libc = ctypes.CDLL(None, use_errno=True)
def called(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), "refused")
def trace():
    if not os.fork():  # whose end ends it
        called(libc.ptrace(0x4206, pid, 0, 0))
        os._exit(7)
    if os.waitstatus_to_exitcode(os.wait()[1]) != 7:
        raise OSError("refused")
class Part(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))
def memory():
    here = ctypes.create_string_buffer(8)
    with open(f"/proc/{pid}/maps") as maps:
        start = int(maps.readline().partition("-")[0], 16)
    ours, theirs = Part(ctypes.addressof(here), 8), Part(start, 8)
    called(libc.process_vm_readv(pid, ctypes.byref(ours), 1, ctypes.byref(theirs), 1, 0))
def write(path):
    with open(path, "a") as file:
        file.write("x")
attempts = {
    "trace": trace,
    "signal": lambda: os.kill(pid, 0),
    "stop": lambda: (os.kill(pid, signal.SIGSTOP), os.kill(pid, signal.SIGCONT)),
    "group": lambda: os.killpg(pid, 0),
    "memory": memory,
    "environment": lambda: open(f"/proc/{pid}/environ").read(),
    "files": lambda: os.listdir(f"/proc/{pid}/fd"),
    "root": lambda: os.listdir(f"/proc/{pid}/root/"),
    "folder": lambda: os.readlink(f"/proc/{pid}/cwd"),
    "limits": lambda: resource.prlimit(pid, resource.RLIMIT_NOFILE, resource.prlimit(pid, resource.RLIMIT_NOFILE)),
    "priority": lambda: os.setpriority(os.PRIO_PROCESS, pid, 19),
    "processors": lambda: os.sched_setaffinity(pid, os.sched_getaffinity(pid)),
    "list": lambda: os.listdir(home),
    "read": lambda: open(home + "/secret").read(),
    "write": lambda: write(home + "/secret"),
    "rights": lambda: os.chmod(home, 0o777),
    "times": lambda: os.utime(home + "/secret", (0, 0)),
    "remove": lambda: os.unlink(home + "/secret"),
    "run": lambda: os.spawnv(os.P_WAIT, home + "/program", ["program"]) == 127 and os.stat(home + "/program/"),
    "leave": lambda: write(home + "/left"),
    "leave beside": lambda: write(os.path.dirname(home) + "/left"),
    "leave in the cache": lambda: write(cache + "/left"),
    "leave in an environment": lambda: write(cache + "/environments/left"),
}
for name, act in attempts.items():
    try:
        act()
    except (OSError, ValueError):
        continue
    print(name)
"""
# What of the attempts needs a process that lives.
ALIVE = {"signal", "stop", "group", "trace", "memory", "environment", "files", "root", "folder"}
ALIVE |= {"limits", "priority", "processors"}


def _without_layers() -> None:
    """As on an old kernel in a container."""
    for place, name, value in (
        (namespaces, "available", False),
        (namespaces, "of_processes", False),
        (landlock, "version", 0),
        (seccomp, "enter", None),
        (control_group, "group", None),
    ):
        setattr(place, name, lambda *_, value=value: value)


def _first(folder: Path) -> None:
    """The bot of the first run: says as whom it runs, and with which home; ends when it is told to."""
    become_subreaper()
    account = accounts().worker
    with run_directory(folder / "temporary") as directory:
        home = folder / "temporary" / f"home-{os.getpid()}"  # so that it stays
        home.mkdir(mode=0o700)
        account.own(home)
        print(account.uid, home, directory, flush=True)
        words = ["/usr/bin/python3", "-I", "-c", VICTIM, str(home)]
        inside = Confinement(hidden=(folder,), readable=(directory,), writable=(home,), temporary=folder / "temporary")
        done = run_confined(words, account, inside, cwd=Path("/"), env={"HOME": str(home)}, timeout=60)
        print(done.code, done.stderr)


def _program(home: str, uid: int) -> int:
    """The number of the first run's program, as this namespace knows it."""
    for path in Path("/proc").glob("[0-9]*"):
        try:
            words = (path / "cmdline").read_bytes().split(b"\0")
            mine = path.stat().st_uid == uid
        except OSError:
            continue
        if mine and home.encode() in words and VICTIM.encode() in words:
            return int(path.name)
    raise LookupError(home)


def main() -> None:
    folder, ways = Path(sys.argv[1]), sys.argv[2:]
    os.umask(0o022)
    if "alone" in ways:
        _without_layers()
    if "first" in ways:
        _first(folder)
        return
    for name in ("temporary", "cache/environments"):
        (folder / name).mkdir(parents=True)
    become_subreaper()
    words = [sys.executable, __file__, str(folder), *ways, "first"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        uid, home, _ = first.stdout.readline().split()
        while not Path(home, "ready").exists():
            assert first.poll() is None, first.stdout.read()
        pid = _program(home, int(uid))
        account = Account(int(uid), int(uid)) if "shared" in ways else accounts().worker
        inside = Confinement(hidden=(folder,), temporary=folder / "temporary")
        command = ["/usr/bin/python3", "-I", "-c", HOSTILE, str(pid), home, str(folder / "cache")]

        def came_through() -> list[str]:
            done = run_confined(command, account, inside, cwd=Path("/"), env={}, timeout=60)
            assert done.code == 0, done
            return done.stdout.splitlines()

        during = came_through()
        Path(home, "end").touch()
        said = first.stdout.read()
        assert said.split()[:1] == ["0"], said
    names = {name for name in came_through() if name not in ALIVE}
    left = [str(path) for path in folder.rglob("left") if path.parent != Path(home)]
    print(json.dumps({"during": during, "after": sorted(names), "left": left, "distinct": account.uid != int(uid)}))


if __name__ == "__main__":
    main()
