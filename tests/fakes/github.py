"""One GitHub for all tests: stateful, over HTTP, with a real bare repository for git's own data.

Every request's body and every answer is checked against GitHub's official description (the models of
`githubkit-schemas`, which are generated from it); what does not fit is a violation, and a test that has one fails.
Behaviour that the description does not have (limits, permissions, pages, fast-forwards) is written down in the
routes; what goes wrong on the way, in the faults.
"""

from tests.fakes.github_faults import Fault
from tests.fakes.github_server import serve
from tests.fakes.github_state import BODY_LIMIT, BOT, FakeGitHub, Pull, RefusalError

__all__ = ["BODY_LIMIT", "BOT", "FakeGitHub", "Fault", "Pull", "RefusalError", "serve"]
