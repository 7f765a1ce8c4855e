"""seccomp: a process gives up system calls that somebody else's program has no need for.

Refused is what outlives the process (System V memory, semaphores and queues, keys of the kernel's), what looks into
other processes, holds up whoever opens a file or watches folders, and what makes more of the kernel reachable (tracing,
io_uring, namespaces, file systems). Sockets are of the few families, types and protocols that programs use, and connect
by `connect` only, where Landlock looks at them. Sources: Linux, Documentation/userspace-api/seccomp_filter.rst,
<linux/bpf_common.h>, <linux/audit.h>, <linux/seccomp.h>, and the tables of system calls of both machines.
"""

import ctypes
import errno
import platform
import struct
import sys
from collections.abc import Sequence

# Refused calls by machine: x86_64, aarch64; -1 where there is none. It seems as if the kernel did not have them.
_CALLS = {
    "shmget": (29, 194),
    "semget": (64, 190),
    "msgget": (68, 186),
    "mq_open": (240, 180),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "pidfd_getfd": (438, 438),
    "kcmp": (312, 272),
    "perf_event_open": (298, 241),
    "bpf": (321, 280),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "inotify_init": (253, -1),
    "inotify_init1": (294, 26),
    "fanotify_init": (300, 262),
    "unshare": (272, 97),
    "setns": (308, 268),
    "clone3": (435, 435),  # its flags are out of a filter's sight; libraries go on to clone
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "quotactl": (179, 60),
    "vmsplice": (278, 75),
}
# Calls whose arguments are looked at.
_SOCKET, _SOCKETPAIR = (41, 198), (53, 199)
_SENDING = {"sendto": ((44, 206), 3), "sendmsg": ((46, 211), 2), "sendmmsg": ((307, 269), 3)}  # and which are the flags
_SETSOCKOPT, _CLONE = (54, 208), (56, 220)
_FCNTL, _IOCTL = (72, 25), (16, 29)
# Of limits and priorities a process has a say in its own: and which argument names another one.
_OF_OTHERS = {
    "prlimit64": ((302, 261), 0),
    "setpriority": ((141, 140), 1),
    "ioprio_set": ((251, 30), 1),
    "sched_setaffinity": ((203, 122), 0),
    "sched_setscheduler": ((144, 119), 0),
    "sched_setparam": ((142, 118), 0),
    "sched_setattr": ((314, 274), 0),
}
# F_SETLEASE holds up whoever opens the file, F_NOTIFY watches a folder, F_SETOWN(_EX) has signals sent to others.
_COMMANDS_OF_FILES = (1024, 1026, 8, 15)
# FIOSETOWN and SIOCSPGRP as F_SETOWN, TIOCSTI and TIOCLINUX type at terminals.
_COMMANDS_OF_DEVICES = (0x8901, 0x8902, 0x5412, 0x541C)

_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}  # column above, AUDIT_ARCH
_X32 = 0x40000000  # the other way to number the calls of x86_64

_UNIX, _INET, _INET6, _NETLINK = 1, 2, 10, 16
_STREAM, _DATAGRAM, _TYPE = 1, 2, 0xF
_ANY, _TCP, _UDP = 0, 6, 17
_FAST_OPEN, _FAST_OPEN_CONNECT = 0x20000000, 30  # MSG_FASTOPEN connects without `connect`
_NAMESPACES = 0x7E020000  # CLONE_NEW…

_LOAD, _AND, _EQUAL, _AT_LEAST, _ANY_OF, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x45, 0x06  # BPF: instructions
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000
_SET_SECCOMP, _FILTER = 22, 2  # prctl
_NO_NEW_PRIVILEGES = 38  # prctl: no program with the set-user-ID bit gives more rights

# A line is a label, or an instruction: what, with which number, and where to go if so and if not ("" is on).
_Line = str | tuple[int, int, str, str]


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def _argument(number: int) -> _Line:
    return (_LOAD, _ARGUMENTS + 8 * number, "", "")


def _block(call: int, name: str, lines: Sequence[_Line]) -> list[_Line]:
    """What is looked at when this is the call; the number is loaded before and not needed afterwards."""
    return [(_EQUAL, call, "", f"not {name}"), *lines, f"not {name}"]


def _looked_into(column: int) -> list[_Line]:
    """Calls whose arguments decide."""
    sending = [
        line
        for name, (calls, place) in _SENDING.items()
        for line in _block(calls[column], name, [_argument(place), (_ANY_OF, _FAST_OPEN, "no way", "yes")])
    ]
    others = [
        line
        for name, (calls, place) in _OF_OTHERS.items()
        for line in _block(calls[column], name, [_argument(place), (_EQUAL, 0, "yes", "may not")])
    ]
    commands = [
        line
        for name, calls, refused in (("fcntl", _FCNTL, _COMMANDS_OF_FILES), ("ioctl", _IOCTL, _COMMANDS_OF_DEVICES))
        for line in _block(
            calls[column],
            name,
            [_argument(1), *((_EQUAL, number, "may not", "") for number in refused), (_RETURN, _ALLOW, "", "")],
        )
    ]
    return [
        *sending,
        *others,
        *commands,
        *_block(_CLONE[column], "clone", [_argument(0), (_ANY_OF, _NAMESPACES, "may not", "yes")]),
        *_block(_SOCKETPAIR[column], "socketpair", [_argument(0), (_EQUAL, _UNIX, "yes", "no family")]),
        *_block(_SETSOCKOPT[column], "setsockopt", _OPTIONS),
        *_block(_SOCKET[column], "socket", _SOCKETS),
    ]


def _lines(column: int, architecture: int) -> list[_Line]:
    numbers = sorted(calls[column] for calls in _CALLS.values() if calls[column] >= 0)
    return [
        (_LOAD, _ARCHITECTURE, "", ""),
        (_EQUAL, architecture, "", "no call"),
        (_LOAD, _NUMBER, "", ""),
        (_AT_LEAST, _X32, "no call", ""),
        *((_EQUAL, number, "no call", "") for number in numbers),
        *_looked_into(column),
        "yes",
        (_RETURN, _ALLOW, "", ""),
        "no call",
        (_RETURN, _REFUSE | errno.ENOSYS, "", ""),
        "may not",
        (_RETURN, _REFUSE | errno.EPERM, "", ""),
        "no way",
        (_RETURN, _REFUSE | errno.EOPNOTSUPP, "", ""),
        "no family",
        (_RETURN, _REFUSE | errno.EAFNOSUPPORT, "", ""),
    ]


_OPTIONS: list[_Line] = [
    _argument(1),
    (_EQUAL, _TCP, "", "yes"),
    _argument(2),
    (_EQUAL, _FAST_OPEN_CONNECT, "no way", "yes"),
]
_SOCKETS: list[_Line] = [
    _argument(0),
    (_EQUAL, _UNIX, "yes", ""),
    (_EQUAL, _NETLINK, "route", ""),  # the C library asks for the machine's addresses
    (_EQUAL, _INET, "internet", ""),
    (_EQUAL, _INET6, "internet", "no family"),
    "internet",
    _argument(1),
    (_AND, _TYPE, "", ""),
    (_EQUAL, _STREAM, "protocol", ""),
    (_EQUAL, _DATAGRAM, "protocol", "no family"),
    "protocol",
    _argument(2),
    (_EQUAL, _TCP, "yes", ""),
    (_EQUAL, _UDP, "yes", ""),
    "route",
    _argument(2),
    (_EQUAL, _ANY, "yes", "no family"),
]


def _instructions(machine: str) -> bytes:
    """The filter; empty for a machine whose numbers are not known here."""
    if machine not in _MACHINES:
        return b""
    code: list[tuple[int, int, str, str]] = []
    places: dict[str, int] = {}
    for line in _lines(*_MACHINES[machine]):
        if isinstance(line, str):
            places[line] = len(code)
        else:
            code.append(line)
    return b"".join(
        struct.pack("HBBI", what, *(places.get(label, at + 1) - at - 1 for label in labels), number)
        for at, (what, number, *labels) in enumerate(code)
    )


_code = _instructions(platform.machine()) if sys.platform == "linux" else b""
_program = _Program(len(_code) // 8, _code)
_libc = ctypes.CDLL(None, use_errno=True)


def is_there() -> bool:
    """Whether the kernel takes a filter from us: one that is nowhere is a wrong address, not a wrong request."""
    if not _code:
        return False
    _libc.prctl(_SET_SECCOMP, _FILTER, None, 0, 0)
    return ctypes.get_errno() == errno.EFAULT


def give_up_privileges() -> None:
    """Without this, the kernel takes no filter."""
    if sys.platform == "linux":
        _libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)


def enter() -> None:
    """Give the calls up, for good; in the new process, after `no_new_privs`. Nothing happens where it cannot be."""
    if _code:
        _libc.prctl(_SET_SECCOMP, _FILTER, ctypes.byref(_program), 0, 0)
