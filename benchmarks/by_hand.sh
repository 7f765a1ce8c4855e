#!/usr/bin/env bash
# What a careful person does by hand for one model change: two databases, one migration, the round trip, five dumps.
# Usage: by_hand.sh REPOSITORY PYTHON WORK_FOLDER   (REPOSITORY has the old models committed, the new ones not)
set -euo pipefail
repository=$1 python=$2 work=$3
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
bin=${bin:-$(dirname "$(command -v postgres)")}
alembic="$(dirname "$python")/alembic"

as_server() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; else "$@"; fi; }

mkdir -p "$work/server" "$work/dumps"
if [ "$(id -u)" = 0 ]; then chown postgres "$work/server"; chmod 755 "$work"; fi
as_server "$bin/initdb" --auth=trust --username=reana --pgdata="$work/server/data" >/dev/null
as_server "$bin/pg_ctl" --pgdata="$work/server/data" --log="$work/server/log" --wait \
  --options="-c listen_addresses='' -c unix_socket_directories='$work/server'" start >/dev/null
trap 'as_server "$bin/pg_ctl" --pgdata="$work/server/data" --mode=fast --wait stop >/dev/null' EXIT
export PGHOST="$work/server" PGUSER=reana
for database in reana declared; do "$bin/createdb" "$database"; done
dump() { "$bin/pg_dump" --schema-only "$1" >"$work/dumps/$2.sql"; }

git clone --quiet "$repository" "$work/checkout"
cd "$work/checkout"
sed -i "s#^sqlalchemy.url = .*#sqlalchemy.url = postgresql+psycopg2://reana@/reana?host=$PGHOST#" alembic.ini
"$alembic" upgrade head
dump reana before
cp "$repository/models.py" models.py
"$alembic" revision --autogenerate -m "Job started and finished times"
"$alembic" history
"$alembic" current
"$alembic" upgrade head
dump reana upgraded
"$alembic" downgrade -1
dump reana downgraded
"$alembic" upgrade head
dump reana again
"$python" - <<'PYTHON'
import os, sys
sys.path.insert(0, ".")
from sqlalchemy import create_engine, text
from models import Base
engine = create_engine(f"postgresql+psycopg2://reana@/declared?host={os.environ['PGHOST']}")
with engine.begin() as connection:
    connection.execute(text("CREATE SCHEMA __reana"))
Base.metadata.create_all(engine)
PYTHON
dump declared declared
