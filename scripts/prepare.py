"""Inside the image, once: have the embedded server's data folder prepared where a run will look for it."""

import tempfile
from pathlib import Path

from bot import settings
from bot.database.servers import Context, start
from bot.settings import Machine
from bot.system import accounts

machine = Machine.here()
with tempfile.TemporaryDirectory() as folder:
    context = Context(Path(folder), settings.cache_dir(machine), machine.temporary, accounts())
    with start("embedded", context) as server:
        print(server.version)
