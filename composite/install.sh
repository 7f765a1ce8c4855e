#!/usr/bin/env bash
# Installs the bot into a virtual environment of its own, beside the job's packages: `install.sh FOLDER`.
# It needs Python 3.11 or newer, which need not be the project's.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
if [ "$(cat "$1/installed-from" 2>/dev/null)" = "$here" ]; then exit 0; fi  # by an earlier step of the job
for python in python3 python /usr/bin/python3 python3.14 python3.13 python3.12 python3.11; do
  if "$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    "$python" -m venv "$1"
    "$1/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$here/requirements.txt"
    "$1/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps "$here"
    printf %s "$here" >"$1/installed-from"
    exit 0
  fi
done
echo "::error title=Migration bot::the bot needs Python 3.11 or newer, with venv: use actions/setup-python before this step" >&2
exit 1
