"""Where a control group of ours can be, and what is written into it, by the kernel's documentation.

Sources: Linux, Documentation/admin-guide/cgroup-v2.rst ("Controlling Controllers", "Memory", "PID"), `man 7 cgroups`,
`man 5 proc_pid_mountinfo`.
"""

from pathlib import Path

import pytest

from bot.system import control_group

V2 = "31 23 0:26 {root} /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate\n"
V1 = (
    "33 32 0:30 {root} /sys/fs/cgroup/memory rw,relatime shared:15 - cgroup cgroup rw,memory\n"
    "34 32 0:31 {root} /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids\n"
    "35 32 0:32 {root} /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct\n"
    "36 32 0:33 {root} /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd\n"
)
OTHERS = "23 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda rw\n"
HYBRID = V1 + V2.replace("/sys/fs/cgroup ", "/sys/fs/cgroup/unified ")
OLD = "9:name=systemd:{path}\n8:pids:{path}\n4:memory:{path}\n1:cpu,cpuacct:{path}\n"
CASES = {
    "a service": ("0::/system.slice/runner.service\n", V2.format(root="/"), ["/sys/fs/cgroup/system.slice"]),
    "delegated to a user": (
        "0::/user.slice/user-1000.slice/user@1000.service/app.slice/run-r5.scope\n",
        V2.format(root="/"),
        ["/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/app.slice"],
    ),
    "the topmost group, also of a namespace": ("0::/\n", V2.format(root="/"), ["/sys/fs/cgroup"]),
    "mounted outside of the namespace": ("0::/\n", V2.format(root="/.."), ["/sys/fs/cgroup"]),
    "below what is mounted": ("0::/docker/a/b\n", V2.format(root="/docker/a"), ["/sys/fs/cgroup"]),
    "a name that begins alike": ("0::/docker/ab/c\n", V2.format(root="/docker/a"), ["/sys/fs/cgroup"]),
    "the older hierarchies": (
        OLD.format(path="/job"),
        V1.format(root="/"),
        ["/sys/fs/cgroup/memory/job", "/sys/fs/cgroup/pids/job"],
    ),
    "the older ones in a container": (
        OLD.format(path="/docker/a"),
        V1.format(root="/docker/a"),
        ["/sys/fs/cgroup/memory", "/sys/fs/cgroup/pids"],
    ),
    "both": (
        OLD.format(path="/job") + "0::/job\n",
        HYBRID.format(root="/"),
        ["/sys/fs/cgroup/memory/job", "/sys/fs/cgroup/pids/job", "/sys/fs/cgroup/unified"],
    ),
    "none is mounted": ("0::/job\n", "", []),
}


@pytest.mark.parametrize(("groups", "mounts", "parents"), CASES.values(), ids=CASES)
def test_where_it_can_be(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, groups: str, mounts: str, parents: list[str]
) -> None:
    (tmp_path / "cgroup").write_text(groups)
    (tmp_path / "mountinfo").write_text(OTHERS + mounts)
    monkeypatch.setattr(control_group, "_SELF", tmp_path)
    assert [*map(str, control_group._parents())] == parents


@pytest.fixture
def hierarchy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose new folders have the files of the kernel's, as with these controllers."""
    make = Path.mkdir

    def mkdir(path: Path) -> None:
        make(path)
        for name in ("cgroup.procs", *(tmp_path / "files").read_text().split()):
            (path / name).write_text("max")

    monkeypatch.setattr(Path, "mkdir", mkdir)
    return tmp_path


@pytest.mark.parametrize(
    ("files", "limited"),
    [
        ("memory.max memory.swap.max memory.current pids.max pids.current", {"memory", "pids"}),
        ("memory.limit_in_bytes memory.usage_in_bytes", {"memory"}),
        ("pids.max", {"pids"}),
        ("memory.max", {"memory"}),  # a kernel without accounting of swap
    ],
)
def test_what_is_limited(hierarchy: Path, files: str, limited: set[str]) -> None:
    (hierarchy / "files").write_text(files)
    ((folder, found),) = control_group._made(hierarchy).items()
    assert found == limited
    written = {name: (folder / name).read_text() for name in files.split() if (folder / name).read_text() != "max"}
    sizes = {limit.file: limit.value for limit in control_group._limits()}
    assert written == {name: sizes[name] for name in files.split() if name in sizes}
    group = control_group.ControlGroup((folder,), found)
    group.join()
    assert (folder / "cgroup.procs").read_text().startswith("0")  # whoever writes that is meant


def test_groups_of_bots_that_are_no_more_go(tmp_path: Path) -> None:
    (tmp_path / "migration-bot-99999999").mkdir()
    (tmp_path / "migration-bot-1").mkdir()
    (tmp_path / "others").mkdir()
    control_group._sweep(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["migration-bot-1", "others"]
