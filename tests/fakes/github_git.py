"""The fake GitHub's git data: blobs, trees, commits and branches of a real bare repository."""

from urllib.parse import unquote

from githubkit_schemas.latest import models

from tests.fakes.github_routing import REPO, Answer, Exchange, route, writable
from tests.fakes.github_state import RefusalError
from tests.fakes.samples import filled


@route("GET", REPO + r"/git/commits/(?P<sha>\w+)", None, models.GitCommit)
def _git_commit(exchange: Exchange) -> Answer:
    sha = exchange.match["sha"]
    tree = {"sha": exchange.hub.sha(f"{sha}^{{tree}}"), "url": "https://example.org/"}
    message = exchange.hub.run("log", "-1", "--format=%B", sha)
    above = exchange.hub.run("log", "-1", "--format=%P", sha).split()
    parents = [{"sha": parent, "url": "https://example.org/", "html_url": "https://example.org/"} for parent in above]
    return 200, filled(models.GitCommit, sha=sha, tree=tree, message=message, parents=parents)


@route("POST", REPO + "/git/blobs", models.ReposOwnerRepoGitBlobsPostBody, models.ShortBlob)
def _blob(exchange: Exchange) -> Answer:
    writable(exchange, "contents")
    sha = exchange.hub.run("hash-object", "-w", "--stdin", text=exchange.body["content"])
    return 201, filled(models.ShortBlob, sha=sha)


@route("POST", REPO + "/git/trees", models.ReposOwnerRepoGitTreesPostBody, models.GitTree)
def _tree(exchange: Exchange) -> Answer:
    writable(exchange, "contents")
    hub = exchange.hub
    listed = hub.run("ls-tree", "-r", exchange.body["base_tree"]).splitlines()
    kept = [line for line in listed if line.split("\t", 1)[1] not in {e["path"] for e in exchange.body["tree"]}]
    added = [f"{e['mode']} {e['type']} {e['sha']}\t{e['path']}" for e in exchange.body["tree"]]
    index = hub.git / "fake-index"
    index.unlink(missing_ok=True)
    hub.run("update-index", "--index-info", text="\n".join([*kept, *added]) + "\n", index=index)
    written = hub.run("write-tree", index=index)
    return 201, filled(models.GitTree, sha=written)


@route("POST", REPO + "/git/commits", models.ReposOwnerRepoGitCommitsPostBody, models.GitCommit)
def _make_commit(exchange: Exchange) -> Answer:
    writable(exchange, "contents")
    body = exchange.body
    parents = [word for parent in body["parents"] for word in ("-p", parent)]
    sha = exchange.hub.run("commit-tree", body["tree"], *parents, "-m", body["message"])
    if not {"author", "committer", "signature"} & set(body):  # GitHub signs what an app commits in its own name
        exchange.hub.verified.add(sha)
    return 201, filled(models.GitCommit, sha=sha)


@route("GET", REPO + r"/git/ref/heads/(?P<branch>.+)", None, models.GitRef)
def _tip(exchange: Exchange) -> Answer:
    branch = unquote(exchange.match["branch"])
    target = {"type": "commit", "sha": exchange.hub.sha(f"refs/heads/{branch}"), "url": "https://example.org/"}
    return 200, filled(models.GitRef, ref=f"refs/heads/{branch}", object=target)


@route("PATCH", REPO + r"/git/refs/heads/(?P<branch>.+)", models.ReposOwnerRepoGitRefsRefPatchBody, models.GitRef)
def _move(exchange: Exchange) -> Answer:
    writable(exchange, "contents")
    hub, branch, new = exchange.hub, unquote(exchange.match["branch"]), exchange.body["sha"]
    if not hub.run("for-each-ref", f"refs/heads/{branch}"):
        raise RefusalError(422, "Reference does not exist")
    old = hub.sha(f"refs/heads/{branch}")
    if branch in hub.rules:
        raise RefusalError(422, hub.rules[branch])
    if branch in hub.signed_only and new not in hub.verified:
        raise RefusalError(422, "Repository rule violations found\n\nCommits must have verified signatures.\n\n")
    if not exchange.body.get("force") and hub.run("merge-base", old, new) != old:
        raise RefusalError(422, "Update is not a fast forward")
    hub.run("update-ref", f"refs/heads/{branch}", new)
    for number, pull in hub.pulls.items():
        if pull.head_branch == branch:
            hub.follow(number)
    target = {"type": "commit", "sha": new, "url": "https://example.org/"}
    return 200, filled(models.GitRef, ref=f"refs/heads/{branch}", object=target)
