import ctypes
import platform
from typing import Any


def kernel_spy(given: dict[str, Any]) -> list[str]:
    """What outlives its process in the kernel, and calls that open more of the kernel."""
    libc = ctypes.CDLL(None, use_errno=True)
    numbers = {
        "x86_64": {"shmget": 29, "semget": 64, "msgget": 68, "unshare": 272, "x32": 0x40000000 + 39, "io_uring": 425},
        "aarch64": {"shmget": 194, "semget": 190, "msgget": 186, "unshare": 97, "io_uring": 425},
    }[platform.machine()]
    found = []
    segment = libc.syscall(numbers["shmget"], 0, 4096, 0o1600)
    if segment >= 0:
        found.append("wrote shared memory")
        libc.shmctl(segment, 0, None)
    semaphores = libc.syscall(numbers["semget"], 0, 1, 0o1600)
    if semaphores >= 0:
        found.append("wrote semaphores")
        libc.semctl(semaphores, 0, 0)
    queue = libc.syscall(numbers["msgget"], 0, 0o1600)
    if queue >= 0:
        found.append("wrote a queue")
        libc.msgctl(queue, 0, None)
    if libc.syscall(numbers["unshare"], 0) >= 0:
        found.append("unshare is there")
    if numbers.get("x32") and libc.syscall(numbers["x32"]) > 0:
        found.append("x32 is there")
    return found
