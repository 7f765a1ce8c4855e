"""A small process that tidies up when the bot itself can no longer do so: after kill -9, or when memory runs out.

It reads what to look after from a pipe; the pipe's end is the bot's end, in whatever way that comes. Then it kills
the programs that run the project's code, and what they started and left, and removes the run's folders. The database
server has a watcher of its own, which lets it end in peace and removes its data: a server that loses its folder
crashes, and leaves shared memory.
"""

import os
import subprocess
from contextlib import suppress
from pathlib import Path

_SCRIPT = r"""
programs= folders= awaited= groups= account=
without() { for each in $1; do [ "$each" = "$2" ] || printf ' %s' "$each"; done; }
while read -r what value; do
  case $what in
    program) programs="$programs $value" ;;
    account) account=$value ;;
    ended) programs=$(without "$programs" "$value") ;;
    folder) folders="$folders $value" ;;
    group) groups="$groups $value" ;;
    awaited) awaited="$awaited $value" ;;
    removed) folders=$(without "$folders" "$value"); awaited=$(without "$awaited" "$value") ;;
  esac
done
# The one form of killing a group that every sh reads.
for each in $programs; do kill -KILL "-$each"; done
# Daemons have left their group, and have come to whom this process has come to as well: confined ones of the
# account, in the same group of control, which were born after it.
field() {
  while read -r name value rest; do
    if [ "$name" = "$2:" ]; then echo "$value"; return; fi
  done <"/proc/$1/status"
}
born() { read -r line <"/proc/$1/stat" && set -- ${line##*) } && echo "${20}"; }
daemons() {
  parent=$(field $$ PPid) birth=$(born $$) group=$(cat /proc/$$/cgroup)
  for each in /proc/[0-9]*; do
    each=${each#/proc/}
    [ "$(field "$each" PPid)" = "$parent" ] && [ "$(field "$each" Uid)" = "$account" ] \
      && [ "$(field "$each" Seccomp)" = 2 ] && [ "$(field "$each" NoNewPrivs)" = 1 ] \
      && [ "$(born "$each")" -ge "$birth" ] && [ "$(cat "/proc/$each/cgroup")" = "$group" ] && echo "$each"
  done
}
# The pipe ends a moment before its owner's children come to somebody else.
tries=0
while [ "$(field $$ PPid)" = "$PPID" ] && [ $tries -lt 100 ]; do sleep 0.1; tries=$((tries + 1)); done
tries=0
while [ -n "$account" ] && [ $tries -lt 100 ]; do
  found=$(daemons)
  [ -n "$found" ] || break
  kill -KILL $found
  tries=$((tries + 1))
done
tries=0
for each in $awaited; do
  while [ -e "$each" ] && [ $tries -lt 150 ]; do sleep 0.1; tries=$((tries + 1)); done
done
tries=0
while [ -n "$folders" ] && [ $tries -lt 100 ]; do
  for each in $folders; do
    # Whoever is root needs no permission, and changes none where others may still write.
    [ "$(id -u)" = 0 ] || chmod -R u+rwX -- "$each"
    rm -rf -- "$each"
    [ -e "$each" ] || folders=$(without "$folders" "$each")
  done
  [ -z "$folders" ] || sleep 0.1
  tries=$((tries + 1))
done
tries=0
for each in $groups; do
  while [ -e "$each" ] && ! rmdir "$each" && [ $tries -lt 100 ]; do sleep 0.1; tries=$((tries + 1)); done
done
"""


class Reaper:
    """Started with the first thing that it is told to look after; ends with this process."""

    def __init__(self) -> None:
        self.pid = 0  # its own process; 0 when there is none
        self._pipe = -1
        self._owner = 0
        self._programs: set[int] = set()

    def program(self, pid: int, uid: int) -> None:
        """Kill this process group when the bot is gone, and what its user's programs have left behind."""
        self._programs.add(pid)
        self._tell("account", uid)
        self._tell("program", pid)

    def programs(self) -> list[int]:
        """Those that have not ended yet."""
        return list(self._programs)

    def ended(self, pid: int) -> None:
        """A program has ended by itself."""
        self._programs.discard(pid)
        self._tell("ended", pid)

    def folder(self, path: Path) -> None:
        """Remove this folder when the bot is gone."""
        self._tell_path("folder", path)

    def awaited(self, path: Path) -> None:
        """Somebody else removes this one when the bot is gone: let them, for a quarter of a minute."""
        self._tell_path("awaited", path)

    def group(self, path: Path) -> None:
        """Remove this control group when the bot is gone."""
        self._tell_path("group", path)

    def removed(self, path: Path) -> None:
        """A folder needs no care any more."""
        self._tell("removed", path)

    def _tell_path(self, what: str, path: Path) -> None:
        if not any(character.isspace() for character in str(path)):
            self._tell(what, path)

    def _tell(self, what: str, value: object) -> None:
        with suppress(OSError):
            if self._owner != os.getpid():
                self._start()
            os.write(self._pipe, f"{what} {value}\n".encode())

    def _start(self) -> None:
        reading, writing = os.pipe()
        try:
            process = subprocess.Popen(
                ["/bin/sh", "-c", _SCRIPT],
                cwd="/",
                env={"PATH": "/usr/bin:/bin"},
                stdin=reading,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError:
            os.close(writing)
            raise
        finally:
            os.close(reading)
        # It ends after this process, which therefore cannot wait for it: Python would warn of that at the end.
        process.returncode = 0
        if self._owner:  # the pipe of the process that this one is a fork of, which that one's end is to close
            os.close(self._pipe)
        self.pid, self._pipe, self._owner = process.pid, writing, os.getpid()


reaper = Reaper()
