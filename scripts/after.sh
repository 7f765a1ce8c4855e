#!/bin/sh
# The action's post step. After a run that ended by itself there is nothing to do, and nothing is started.
[ -n "$STATE_ended" ] || exec /opt/migration-bot/bin/migration-bot after
