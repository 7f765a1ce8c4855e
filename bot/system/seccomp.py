"""seccomp: a process gives up system calls that somebody else's program has no need for.

Refused is what outlives the process (System V memory, semaphores and queues, keys of the kernel's), what looks into
other processes, and what makes more of the kernel reachable (tracing, io_uring, namespaces). The program is told that
the kernel has no such call. Sources: Linux, Documentation/userspace-api/seccomp_filter.rst, <linux/bpf_common.h>,
<linux/audit.h>, and the tables of system calls of both machines.
"""

import ctypes
import errno
import platform
import struct
import sys

# Refused calls by machine: x86_64, aarch64.
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
    "perf_event_open": (298, 241),
    "bpf": (321, 280),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
}
_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}  # column above, AUDIT_ARCH
_X32 = 0x40000000  # the other way to number the calls of x86_64

_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06  # BPF: of a word of what is looked at; jumps; the verdict
_NUMBER, _ARCHITECTURE = 0, 4  # offsets in struct seccomp_data
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.ENOSYS
_SET_SECCOMP, _FILTER = 22, 2  # prctl


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def _instructions(machine: str) -> bytes:
    """The filter; empty for a machine whose numbers are not known here."""
    if machine not in _MACHINES:
        return b""
    column, architecture = _MACHINES[machine]
    numbers = sorted(calls[column] for calls in _CALLS.values())
    refuse = len(numbers) + 1  # instructions from the first comparison of a number to the refusal
    lines = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 0, refuse + 2, architecture),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, refuse, 0, _X32),
        *((_EQUAL, refuse - 1 - place, 0, number) for place, number in enumerate(numbers)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    return b"".join(struct.pack("HBBI", *line) for line in lines)


_code = _instructions(platform.machine()) if sys.platform == "linux" else b""
_program = _Program(len(_code) // 8, _code)
_libc = ctypes.CDLL(None)


def enter() -> None:
    """Give the calls up, for good; in the new process, after `no_new_privs`. Nothing happens where it cannot be."""
    if _code:
        _libc.prctl(_SET_SECCOMP, _FILTER, ctypes.byref(_program), 0, 0)
