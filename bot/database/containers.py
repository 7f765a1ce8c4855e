"""Containers of the bot: they end with it, however it ends, and a later run removes what a killed run left.

In: an image and what to run in it. Out: a running container for the time of a context. A container's
standard input is a connection that this process holds; a watcher inside ends the container when it closes, so that
nothing runs on after kill -9 of the bot.
"""

import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from bot.errors import ToolError

if TYPE_CHECKING:
    from docker import DockerClient
    from docker.models.containers import Container

LABEL = "migration-bot"
KIND = "database"
LEFT_OVER = "10m"  # a container that does not run and is older than this is nobody's any more
# Process 1 takes no signal that it has no handler for: what sets a server up is asked until the server is there.
TIED = """
exec 3<&0
{ cat <&3 >/dev/null; while kill -INT 1; do sleep 0.2; done; } &
exec "$@" 3<&- </dev/null
"""


@contextmanager
def engine() -> Iterator["DockerClient"]:
    """The Docker engine; raises `ToolError` when there is none, or when it goes away."""
    # Only this needs the library, and importing it costs 0.4 s.
    import docker  # noqa: PLC0415
    import requests  # noqa: PLC0415

    try:
        client = docker.from_env()
    except docker.errors.DockerException as error:
        raise ToolError(
            f"cannot reach a Docker engine: {error}",
            "Start Docker and see that this user may use it, or use `--database embedded`.",
            kind="docker",
        ) from error
    try:
        yield client
    except (docker.errors.DockerException, requests.RequestException) as error:
        raise ToolError(
            f"the Docker engine does not do its part any more: {error}",
            "See the engine's own log, and run this again.",
            kind="docker",
        ) from error
    finally:
        client.close()


def remove_left_over(client: "DockerClient", kind: str = KIND, older_than: str = LEFT_OVER) -> None:
    """Remove the stopped containers of runs that were killed; they have the label `migration-bot=KIND`."""
    client.containers.prune(filters={"label": f"{LABEL}={kind}", "until": older_than})


def own_network(client: "DockerClient") -> str | None:
    """The first network of the container that we are in; `None` outside, or when it has the host's."""
    from docker import errors  # noqa: PLC0415

    try:
        own = client.containers.get(socket.gethostname())
    except errors.NotFound:
        return None
    networks: list[str] = list(own.attrs["NetworkSettings"]["Networks"])
    return networks[0] if networks and networks[0] not in ("host", "none") else None


@contextmanager
def running(
    client: "DockerClient", image: str, command: Sequence[str], environment: Mapping[str, str], **options: Any
) -> Iterator["Container"]:
    """Run a command as the image would; what the image declares as volumes is in memory.

    `options` are those of the Docker SDK's `containers.create`. Raises `ToolError` when the engine refuses.
    """
    from docker import errors  # noqa: PLC0415

    made = _image(client, image).attrs["Config"]
    tmpfs = {**options.pop("tmpfs", {}), **dict.fromkeys(made.get("Volumes") or (), "")}
    try:
        container = client.containers.create(
            image,
            entrypoint=["/bin/sh", "-c", TIED, "sh", *(made.get("Entrypoint") or ())],
            command=list(command),
            environment=dict(environment),
            labels={LABEL: KIND},
            stdin_open=True,
            tmpfs=tmpfs,
            **options,
        )
    except errors.APIError as error:
        raise _refused(image, error) from error
    try:
        with _tied(container):
            try:
                container.start()
            except errors.APIError as error:
                raise _refused(image, error) from error
            yield container
    finally:
        with tolerant():
            container.remove(force=True, v=True)


@contextmanager
def _tied(container: "Container") -> Iterator[None]:
    """Keep its standard input open while the context lasts, and no longer than this process lives."""
    tie: Any = container.attach_socket(params={"stdin": 1, "stream": 1})
    try:
        yield
    finally:
        getattr(tie, "_response", tie).close()  # the SDK keeps the connection there
        tie.close()


@contextmanager
def tolerant() -> Iterator[None]:
    """Ignore errors of the engine."""
    from docker import errors  # noqa: PLC0415
    from requests import RequestException  # noqa: PLC0415

    with suppress(errors.DockerException, RequestException):
        yield


def _image(client: "DockerClient", name: str) -> Any:
    from docker import errors  # noqa: PLC0415

    with suppress(errors.ImageNotFound):
        return client.images.get(name)
    try:
        return client.images.pull(name)
    except errors.APIError as error:
        raise ToolError(
            f"no Docker image {name!r} here, and it cannot be pulled: {error.explanation or error}",
            "Check the name, and `docker login` for a private registry.",
            kind="docker",
        ) from error


def _refused(image: str, error: Exception) -> ToolError:
    return ToolError(
        f"Docker cannot run image {image!r}: {error}",
        "Check that it is a PostgreSQL image for this kind of machine.",
        kind="docker",
    )
