"""Limits by control groups of version 2, on a kernel that has nothing else: one in a process (`user-mode-linux`).

It has this machine's files, read-only; what it starts belongs to a service of root's, or to a part that is delegated to
a user, as systemd does both.
"""

import shutil
import subprocess
from pathlib import Path

import pytest

from bot.project.environment import interpreters
from tests.support.machine import ROOT

PROGRAM = shutil.which("linux.uml")
INIT = r"""#!/bin/sh
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t cgroup2 none /sys/fs/cgroup
mkdir -p /dev/shm
for folder in /tmp /run /dev/shm; do mount -t tmpfs none $folder; done
mkdir /tmp/python
mount --bind {place} /tmp/python
mount -t tmpfs none /var/tmp
mkdir -p {place}
mount --bind /tmp/python {place}
ip link set lo up
cd /sys/fs/cgroup
echo "+memory +pids" >cgroup.subtree_control
mkdir -p part.slice/job.scope
echo "+memory +pids" >part.slice/cgroup.subtree_control
chown {uid} part.slice part.slice/cgroup.procs part.slice/cgroup.subtree_control part.slice/job.scope/cgroup.procs
echo $$ >part.slice/job.scope/cgroup.procs
cd {root}
export PATH=/usr/bin:/bin HOME=/tmp LANG=C.UTF-8 PYTHONDONTWRITEBYTECODE=1
setpriv --reuid {uid} --clear-groups env {libraries} {python} -m pytest -q -p no:cacheprovider -rs \
  tests/attacks/test_together.py -k "one_limit or goes_with_the_bot"
ls -d /sys/fs/cgroup/part.slice/*/
env {libraries} {python} -c "import ctypes; ctypes.CDLL(None).reboot(0x4321fedc)"
"""


@pytest.mark.skipif(PROGRAM is None, reason="user-mode-linux is not installed")
@pytest.mark.parametrize("uid", [0, 5])
def test_the_limits_hold_by_the_second_version_alone(tmp_path: Path, uid: int, python: Path) -> None:
    assert PROGRAM is not None
    init = tmp_path / "init"
    libraries = " ".join(f"{name}={value}" for name, value in interpreters.libraries(python).items())
    init.write_text(INIT.format(root=ROOT, uid=uid, python=python, place=python.parents[2], libraries=libraries))
    init.chmod(0o755)
    words = [PROGRAM, "mem=1500M", "root=/dev/root", "rootfstype=hostfs", "rootflags=/", "ro", f"init={init}"]
    with subprocess.Popen(
        [*words, "con=null", "con0=fd:0,fd:1"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as kernel:
        printed, _ = kernel.communicate(timeout=300)
    assert "3 passed" in printed, printed[-4000:]
    assert printed.split().count("/sys/fs/cgroup/part.slice/job.scope/") == 1
    assert "part.slice/migration-bot-" not in printed.rpartition("3 passed")[2]
