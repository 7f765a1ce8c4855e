#!/bin/sh
# The variables of the official image, and its way of starting: a server on a socket first, the real one after it.
set -eu

programs=$(echo /usr/lib/postgresql/*/bin)
if [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA" /var/run/postgresql
  chown -R postgres:postgres "$PGDATA" /var/run/postgresql
  chmod 700 "$PGDATA"
  exec setpriv --reuid=postgres --regid=postgres --clear-groups /bin/sh "$0" "$@"
fi
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  password=$(mktemp)
  echo "${POSTGRES_PASSWORD:?}" >"$password"
  # shellcheck disable=SC2086 # a list of options
  "$programs/initdb" -D "$PGDATA" -U "$POSTGRES_USER" --pwfile="$password" ${POSTGRES_INITDB_ARGS:-} >/dev/null
  rm "$password"
  echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
  "$programs/pg_ctl" -D "$PGDATA" -o "-c listen_addresses=''" -w start >/dev/null
  "$programs/pg_ctl" -D "$PGDATA" -m fast -w stop >/dev/null
fi
shift
exec "$programs/postgres" -c "listen_addresses=*" "$@"
