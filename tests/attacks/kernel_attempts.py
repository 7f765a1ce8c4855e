"""Run in a confined process, and in one that is not: what the kernel lets it do. Prints each name with what came of it.

`reached` are attempts that came through; an error's name says what stopped the others.
"""

import ctypes
import errno
import fcntl
import json
import os
import platform
import socket
import struct
import sys
import tempfile
from collections.abc import Callable

libc = ctypes.CDLL(None, use_errno=True)
COLUMN = {"x86_64": 0, "aarch64": 1}[platform.machine()]
PORT = int(sys.argv[1])
HOME = ("127.0.0.1", PORT)
FAST_OPEN = 0x20000000
FLAGS = {
    "mount": 0x20000,
    "cgroup": 0x02000000,
    "uts": 0x04000000,
    "ipc": 0x08000000,
    "user": 0x10000000,
    "pid": 0x20000000,
    "net": 0x40000000,
}
CALLS = {
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
    "inotify_init1": (294, 26),
    "fanotify_init": (300, 262),
    "unshare": (272, 97),
    "setns": (308, 268),
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
    "clone3": (435, 435),
}
CLONE, SOCKET = (56, 220), (41, 198)
FAMILIES = {
    "AX.25": 3,
    "IPX": 4,
    "AppleTalk": 5,
    "X.25": 9,
    "packets": 17,
    "RDS": 21,
    "CAN": 29,
    "TIPC": 30,
    "Bluetooth": 31,
    "kernel's ciphers": 38,
    "vsock": 40,
    "KCM": 41,
    "Qualcomm": 42,
    "SMC": 43,
    "XDP": 44,
    "keys": 15,
}
COMMANDS = {"lease": 1024, "notify": 1026, "owner": 8}
DEVICES = {"FIOSETOWN": 0x8901, "SIOCSPGRP": 0x8902}
PROTOCOLS = {"MPTCP": 262, "SCTP": 132, "DCCP": 33, "UDP-Lite": 136, "SMC": 256, "GRE": 47}
KINDS = {"raw": 3, "RDM": 4, "sequenced": 5, "packet": 10}
NETLINK = {"audit": 9, "connector": 11, "netfilter": 12, "generic": 16, "diagnosis": 4, "uevents": 15, "crypto": 21}


def call(number: int, *words: int) -> str:
    """With arguments that mean nothing: a kernel that has the call says so by another error."""
    ctypes.set_errno(0)
    done = libc.syscall(ctypes.c_long(number), *(ctypes.c_long(word) for word in words))
    return "reached" if done >= 0 else errno.errorcode[ctypes.get_errno()]


def forked(number: int, flags: int) -> str:
    """A new process in new namespaces, which ends at once."""
    ctypes.set_errno(0)
    pid = libc.syscall(ctypes.c_long(number), ctypes.c_long(flags | 17), *[ctypes.c_long(0)] * 4)
    if pid == 0:
        os._exit(0)
    if pid < 0:
        return errno.errorcode[ctypes.get_errno()]
    os.waitpid(pid, 0)
    return "reached"


def opened(family: int, kind: int, protocol: int) -> str:
    ctypes.set_errno(0)
    descriptor = libc.syscall(
        ctypes.c_long(SOCKET[COLUMN]), ctypes.c_long(family), ctypes.c_long(kind), ctypes.c_long(protocol)
    )
    if descriptor < 0:
        return errno.errorcode[ctypes.get_errno()]
    os.close(descriptor)
    return "reached"


def attempted(act: Callable[[], object]) -> str:
    try:
        act()
    except OSError as error:
        return errno.errorcode[error.errno or 0]
    return "reached"


def fast_open(send: Callable[[socket.socket], object], family: int = socket.AF_INET) -> str:
    with socket.socket(family) as connection:
        return attempted(lambda: send(connection))


def option() -> None:
    with socket.socket() as connection:
        connection.setsockopt(socket.IPPROTO_TCP, 30, 1)
        connection.connect(HOME)


def multipath() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262) as connection:
        connection.connect(HOME)


def many(connection: socket.socket) -> None:
    """sendmmsg of one message with no address: connects where one was given before."""
    ctypes.set_errno(0)
    number = (307, 269)[COLUMN]
    if libc.syscall(ctypes.c_long(number), connection.fileno(), None, ctypes.c_uint(0), ctypes.c_uint(FAST_OPEN)) < 0:
        raise OSError(ctypes.get_errno(), "sendmmsg")


def command(number: int) -> str:
    """fcntl: a lease on a file of its own, a watched folder, signals for another process."""
    with tempfile.TemporaryDirectory() if number == fcntl.F_NOTIFY else tempfile.NamedTemporaryFile() as place:
        opened = os.open(place if isinstance(place, str) else place.name, os.O_RDONLY)
    value = {fcntl.F_SETLEASE: fcntl.F_RDLCK, fcntl.F_NOTIFY: fcntl.DN_CREATE, fcntl.F_SETOWN: os.getpid()}[number]
    return attempted(lambda: fcntl.fcntl(opened, number, value))


def device(number: int) -> str:
    """ioctl, of a pair of sockets: signals for another process."""
    one, _ = socket.socketpair()
    return attempted(lambda: fcntl.ioctl(one, number, struct.pack("i", os.getpid())))


found = {f"call {name}": call(numbers[COLUMN], *[-1] * 6) for name, numbers in CALLS.items()}
found |= {f"namespace {name}": forked(CLONE[COLUMN], flag) for name, flag in FLAGS.items()}
found |= {f"family {name}": opened(family, 2, 0) for name, family in FAMILIES.items()}
found |= {f"stream {name}": opened(2, 1, number) for name, number in PROTOCOLS.items()}
found |= {f"stream {name} of IPv6": opened(10, 1, number) for name, number in PROTOCOLS.items()}
found |= {f"kind {name}": opened(2, number, 255) for name, number in KINDS.items()}
found |= {f"kind {name} with flags": opened(2, number | 0x80000, 255) for name, number in KINDS.items()}
found |= {f"netlink {name}": opened(16, 3, number) for name, number in NETLINK.items()}
found |= {f"command {name}": command(number) for name, number in COMMANDS.items()}
found |= {f"command {name}": device(number) for name, number in DEVICES.items()}
found |= {
    "connect": fast_open(lambda connection: connection.connect(HOME)),
    "connect by MPTCP": attempted(multipath),
    "connect by sendto": fast_open(lambda connection: connection.sendto(b"x", FAST_OPEN, HOME)),
    "connect by sendmsg": fast_open(lambda connection: connection.sendmsg([b"x"], [], FAST_OPEN, HOME)),
    "connect by sendmmsg": fast_open(many),
    "connect by an option": attempted(option),
    "pair of IPv4": attempted(lambda: socket.socketpair(socket.AF_INET)),
    "usual pair": attempted(socket.socketpair),
    "usual stream": opened(2, 1, 6),
    "usual datagram": opened(10, 2 | 0x80000, 17),
    "usual addresses": opened(16, 3, 0),
    "usual process": forked(CLONE[COLUMN], 0),
    "usual thread": attempted(lambda: __import__("threading").Thread(target=int).start()),
    "usual program": attempted(lambda: __import__("subprocess").run(["/bin/true"], check=True)),
}
print(json.dumps(found))
