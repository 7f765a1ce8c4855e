#!/bin/sh
# Inside the image: Python, PostgreSQL and git, small. The libraries that Debian lists for the server and for git are
# installed as packages, so that they get their updates; the programs themselves are unpacked, because as packages they
# bring LLVM (for a compiler of queries that no short run needs) and Perl.
set -eu
export DEBIAN_FRONTEND=noninteractive

printf 'path-exclude=/usr/share/%s/*\n' doc man locale info > /etc/dpkg/dpkg.cfg.d/small
apt-get update -qq
version=$(apt-cache depends postgresql | sed -n 's/.*Depends: postgresql-\([0-9]*\)$/\1/p')
unpacked="postgresql-$version postgresql-client-$version git"
# An extension that many projects ask for, where the distribution has it.
vector="postgresql-$version-pgvector"
if apt-cache show "$vector" >/dev/null 2>&1; then unpacked="$unpacked $vector"; fi

# shellcheck disable=SC2086 # a list of names
libraries=$(apt-cache depends $unpacked | sed -n 's/^ *|\{0,1\}Depends: \(lib[^ ]*\|zlib1g\)$/\1/p' \
  | grep -v -E '^lib(llvm|perl|error-perl)' | sort -u)
# shellcheck disable=SC2086
apt-get install -qq -y --no-install-recommends ca-certificates python3 tzdata $libraries >/dev/null

mkdir /tmp/packages
cd /tmp/packages
# shellcheck disable=SC2086
apt-get -qq -o APT::Sandbox::User=root download $unpacked
for package in *.deb; do
  dpkg-deb --fsys-tarfile "$package" | tar -x -C / --keep-directory-symlink \
    --exclude='./usr/share/doc' --exclude='./usr/share/man' --exclude='./usr/share/locale' \
    --exclude='*/bitcode' --exclude='*llvmjit*'
done
cd /
rm -rf /tmp/packages /var/lib/apt/lists/* /var/cache/apt/*.bin /var/log/*.log /var/log/apt

# The account of the server. The project's code, and what fetches its packages, have accounts of each run.
groupadd --system postgres
useradd --system --gid postgres --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin postgres

"/usr/lib/postgresql/$version/bin/postgres" --version
git --version
python3 --version
