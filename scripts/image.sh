#!/usr/bin/env bash
# Builds the action's image as `migration-bot:dev` (or $1). Where no registry can be reached, the base image is made
# here from the distribution's own packages; that needs root and debootstrap.
set -euo pipefail
cd "$(dirname "$0")/.."

tag=${1:-migration-bot:dev}
base=$(sed -n 's/^ARG BASE=//p' Dockerfile)

make_base() {
  local suite=${base#*:} folder bundle=/etc/ssl/certs/ca-certificates.crt
  suite=${suite%-slim}
  if [ "$(id -u)" != 0 ] || ! command -v debootstrap >/dev/null; then
    echo "image.sh: no registry has $base, and making it here needs root and debootstrap" >&2
    exit 3
  fi
  echo "image.sh: no registry has $base; making it from Debian's packages" >&2
  folder=$(mktemp -d)
  # shellcheck disable=SC2064 # the folder of now
  trap "rm -rf '$folder'" EXIT
  debootstrap --variant=minbase --include=ca-certificates "$suite" "$folder" "${MIRROR:-http://deb.debian.org/debian}" \
    >"$folder.log" 2>&1 || { tail -n 20 "$folder.log" >&2; exit 3; }
  rm -rf "$folder.log" "$folder"/var/lib/apt/lists/* "$folder"/var/cache/apt/* "$folder"/usr/share/{doc,man,locale}/*
  # A network that stands between us and the registries has certificates of its own.
  cat "$bundle" >"$folder$bundle"
  tar -C "$folder" --numeric-owner -c . | docker import \
    -c "ENV SSL_CERT_FILE=$bundle PIP_CERT=$bundle PIP_DEFAULT_TIMEOUT=120" \
    -c 'CMD ["bash"]' - "$base" >/dev/null
}

docker image inspect "$base" >/dev/null 2>&1 || timeout 120 docker pull -q "$base" || make_base
docker build --quiet --tag "$tag" .
docker image inspect --format "{{.RepoTags}} {{.Size}} bytes" "$tag"
