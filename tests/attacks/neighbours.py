"""What a program tries on others of its own account; run on its own, it prints what it reached as JSON."""

import ctypes
import glob
import json
import os
import resource
import struct
import sys
from collections.abc import Callable

given = json.loads(sys.argv[1])
libc = ctypes.CDLL(None, use_errno=True)
IOPRIO_SET = {"x86_64": 251, "aarch64": 30}[os.uname().machine]
found: dict[str, str] = {}


def attempt(name: str, act: Callable[[], str]) -> None:
    try:
        found[name] = act()
    except OSError:
        found[name] = "no"


def opened(path: str, flags: int) -> str:
    os.close(os.open(path, flags | os.O_NONBLOCK))
    return "reached"


def listed(path: str) -> str:
    os.listdir(path)
    return "reached"


def own_limit() -> str:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return "reached"


def own_priority() -> str:
    os.nice(1)
    return "reached"


def typed() -> str:
    terminal = os.open(given["terminal"], os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)
    return os.read(terminal, 100).decode().strip()


def limit(*value: tuple[int, int]) -> str:
    resource.prlimit(given["neighbour"], resource.RLIMIT_CORE, *value)
    return "reached"


def priority() -> str:
    os.setpriority(os.PRIO_PROCESS, given["neighbour"], 19)
    return "reached"


def processors() -> str:
    os.sched_setaffinity(given["neighbour"], os.sched_getaffinity(0))
    return "reached"


def schedule() -> str:
    os.sched_setscheduler(given["neighbour"], os.SCHED_OTHER, os.sched_param(0))
    return "reached"


def schedule_parameters() -> str:
    os.sched_setparam(given["neighbour"], os.sched_param(0))
    return "reached"


def schedule_attributes() -> str:
    number = {"x86_64": 314, "aarch64": 274}[os.uname().machine]
    return "no" if libc.syscall(number, given["neighbour"], struct.pack("I44x", 48), 0) else "reached"


def own_processors() -> str:
    os.sched_setaffinity(0, os.sched_getaffinity(0))
    return "reached"


def of_disks() -> str:
    return "no" if libc.syscall(IOPRIO_SET, 1, given["neighbour"], 3 << 13) else "reached"


def signal() -> str:
    os.kill(given["neighbour"], 0)
    return "reached"


def secrets(what: str) -> str:
    for path in glob.glob(f"/proc/[0-9]*/{what}"):
        try:
            with open(path, "rb") as file:
                if path.split("/")[2] != str(os.getpid()) and given["secret"].encode() in file.read():
                    return "reached"
        except OSError:
            continue
    return "no"


attempt("what is typed at a terminal", typed)
attempt("a terminal to write to", lambda: opened(given["terminal"], os.O_WRONLY | os.O_NOCTTY))
attempt("a terminal of its own", lambda: opened(given["terminal"], os.O_RDWR))
attempt("new terminals", lambda: opened("/dev/ptmx", os.O_RDWR))
attempt("the console", lambda: opened("/dev/console", os.O_RDONLY))
attempt("shared memory", lambda: listed("/dev/shm"))
attempt("command lines", lambda: secrets("cmdline"))
attempt("environments", lambda: secrets("environ"))
attempt("names of processes", lambda: listed("/proc"))
attempt("state of a process", lambda: opened(f"/proc/{given['neighbour']}/status", os.O_RDONLY))
attempt("files of a process", lambda: listed(f"/proc/{given['neighbour']}/fd"))
attempt("limits to read", limit)
attempt("limits to set", lambda: limit((0, 0)))
attempt("priority", priority)
attempt("priority at disks", of_disks)
attempt("processors", processors)
attempt("schedule", schedule)
attempt("parameters of the schedule", schedule_parameters)
attempt("attributes of the schedule", schedule_attributes)
attempt("its own processors", own_processors)
attempt("signals", signal)
attempt("itself", lambda: opened("/proc/self/status", os.O_RDONLY))
attempt("its own limits", own_limit)
attempt("its own priority", own_priority)
attempt("the machine", lambda: opened("/proc/cpuinfo", os.O_RDONLY))
attempt("random numbers", lambda: opened("/dev/urandom", os.O_RDONLY))
print(json.dumps(found))
