#!/bin/sh
# Runs a command with a Docker engine of its own whose files are on an ext4 with a journal, as the disk of a GitHub runner
# is: `sh benchmarks/on_ext4.sh .venv/bin/python -m benchmarks.container`. Needs root, 3 GB and the image.
#
# An ext4 without a journal looks at every file that was deleted in the last five minutes before it makes a new one
# (`recently_deleted` in fs/ext4/ialloc.c): there, each round of a benchmark is slower than the one before.
set -eu
image=migration-bot:dev
folder=$(mktemp -d /var/tmp/on-ext4.XXXXXX)
bridge=on-ext4
engine=

finish() {
  code=$?
  [ -z "$engine" ] || { kill "$engine" 2>/dev/null || true; wait "$engine" || true; }
  ip link delete "$bridge" 2>/dev/null || true
  umount "$folder/disk" 2>/dev/null || true
  rm -rf "$folder"
  exit "$code"
}
trap finish EXIT
trap 'exit 130' INT TERM

mkdir "$folder/disk"
truncate -s 3G "$folder/file"
mkfs.ext4 -q -O has_journal "$folder/file"
mount -o loop "$folder/file" "$folder/disk"
ip link add "$bridge" type bridge
ip address add 172.31.255.1/24 dev "$bridge"
ip link set "$bridge" up
DOCKER_HOST="unix://$folder/socket"
dockerd --data-root "$folder/disk/docker" --exec-root "$folder/exec" --host "$DOCKER_HOST" --pidfile "$folder/pid" \
  --bridge "$bridge" >"$folder/log" 2>&1 &
engine=$!
docker save --output "$folder/disk/image.tar" "$image"
export DOCKER_HOST
until docker info >/dev/null 2>&1; do
  kill -0 "$engine" 2>/dev/null || { tail -n 5 "$folder/log" >&2; exit 1; }
  sleep 0.1
done
docker load --quiet --input "$folder/disk/image.tar"
"$@"
