"""The numbers of system calls, which differ between machines: compared with the kernel's own headers.

`asm-generic/unistd.h` is what aarch64 uses; Debian has both files in linux-libc-dev, on every machine.
"""

import re
from pathlib import Path

import pytest

from bot.system import beneath, landlock, seccomp

HEADERS = {
    "x86_64": (0, Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h")),
    "aarch64": (1, Path("/usr/include/asm-generic/unistd.h")),
}
ONLY_X86 = {"inotify_init"}
NUMBERED = {
    **seccomp._CALLS,
    **{name: calls for name, (calls, _) in {**seccomp._SENDING, **seccomp._OF_OTHERS}.items()},
    "socket": seccomp._SOCKET,
    "socketpair": seccomp._SOCKETPAIR,
    "setsockopt": seccomp._SETSOCKOPT,
    "clone": seccomp._CLONE,
    "fcntl": seccomp._FCNTL,
    "ioctl": seccomp._IOCTL,
    "openat2": (beneath._OPENAT2, beneath._OPENAT2),
    "landlock_create_ruleset": (landlock._CREATE, landlock._CREATE),
    "landlock_add_rule": (landlock._ADD, landlock._ADD),
    "landlock_restrict_self": (landlock._RESTRICT, landlock._RESTRICT),
}


def _known(header: Path) -> dict[str, int]:
    """`__NR3264_` are those whose number is the same on machines of 32 and 64 bits."""
    found = re.findall(r"^#define __NR(?:3264)?_(\w+)\s+(\d+)$", header.read_text(), re.MULTILINE)
    return {name: int(number) for name, number in found}


@pytest.mark.parametrize("machine", HEADERS)
def test_they_are_those_of_the_kernel(machine: str) -> None:
    column, header = HEADERS[machine]
    if not header.exists():
        pytest.skip("linux-libc-dev is not installed")
    known = _known(header)
    expected = {name: known.get(name, -1) for name in NUMBERED}
    assert {name: calls[column] for name, calls in NUMBERED.items()} == expected
    assert {name for name, number in expected.items() if number < 0} == (set() if column == 0 else ONLY_X86)


@pytest.mark.parametrize(("machine", "word"), [("x86_64", "EM_X86_64"), ("aarch64", "EM_AARCH64")])
def test_each_machine_has_its_own_architecture(machine: str, word: str) -> None:
    header = Path("/usr/include/linux/elf-em.h")
    if not header.exists():
        pytest.skip("linux-libc-dev is not installed")
    number = re.search(rf"^#define {word}\s+(\d+)", header.read_text(), re.MULTILINE)
    assert number
    # <linux/audit.h>: __AUDIT_ARCH_64BIT | __AUDIT_ARCH_LE
    assert seccomp._MACHINES[machine] == (HEADERS[machine][0], int(number[1]) | 0x80000000 | 0x40000000)
