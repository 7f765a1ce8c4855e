"""What the worker gives the project's code in the place of what it may not have."""

import logging
import logging.config
import multiprocessing.synchronize
import threading
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

import pytest

from bot.project.worker import log_folders, semaphores


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system without semaphores between processes, as within the confinement."""

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    module: Any = multiprocessing.synchronize
    monkeypatch.setattr(semaphores, "_original", refuse)
    monkeypatch.setattr(module._multiprocessing, "SemLock", semaphores.Semaphore)


@pytest.mark.usefixtures("refused")
def test_locks_work_among_threads() -> None:
    lock = multiprocessing.Lock()
    with lock:
        assert not lock.acquire(timeout=0.01)
        threading.Thread(target=lock.release).start()
        assert lock.acquire(timeout=10)
    with pytest.raises(ValueError, match="released too many times"):
        lock.release()


@pytest.mark.usefixtures("refused")
def test_one_that_its_owner_takes_again() -> None:
    lock = multiprocessing.RLock()
    with lock, lock:
        taken: list[bool] = []
        other = threading.Thread(target=lambda: taken.append(lock.acquire(block=False)))
        other.start()
        other.join()
    assert taken == [False]
    with pytest.raises(AssertionError):
        lock.release()


@pytest.mark.usefixtures("refused")
def test_queues_conditions_and_events() -> None:
    queue: Any = multiprocessing.SimpleQueue()
    queue.put("a line of a log")
    assert queue.get() == "a line of a log"
    event = multiprocessing.Event()
    event.set()
    assert event.wait(10)
    assert multiprocessing.BoundedSemaphore(2).acquire()


def test_what_the_system_gives_is_taken() -> None:
    semaphores.install()
    try:
        made: Any = multiprocessing.Lock()
        assert isinstance(made._semlock, semaphores._original)
    finally:
        module: Any = multiprocessing.synchronize
        module._multiprocessing.SemLock = semaphores._original


def test_a_log_file_in_a_folder_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`logs/` is not in git: `FileNotFoundError` when env.py was loaded."""
    path = tmp_path / "logs" / "app" / "shop.log"
    with pytest.raises(FileNotFoundError):
        logging.FileHandler(path)
    _install(monkeypatch)
    handler = logging.FileHandler(path)
    handler.close()
    assert path.exists()


def test_a_log_file_that_may_not_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`/tmp/shop.log` and `/var/log/shop/shop.log` are no files of the project's: no verdict for their sake."""

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(logging.FileHandler, "_open", refuse)
    _install(monkeypatch)
    for handler in (logging.FileHandler(tmp_path / "a.log"), RotatingFileHandler(tmp_path / "b.log", maxBytes=9)):
        handler.emit(logging.makeLogRecord({"msg": "more than nine"}))
        handler.close()
    assert [*tmp_path.iterdir()] == []


def _install(monkeypatch: pytest.MonkeyPatch) -> None:
    for owner, name in ((logging.FileHandler, "_open"), (logging.config, "fileConfig"), (logging.config, "dictConfig")):
        monkeypatch.setattr(owner, name, getattr(owner, name))  # put back at the end
    log_folders.install()


def test_a_configuration_of_logging_that_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An ini file without its sections, or one that is the machine's: `KeyError: 'formatters'`, and no verdict."""
    ini = tmp_path / "alembic.ini"
    ini.write_text("[alembic]\nscript_location = migrations\n")
    missing = {"version": 1, "handlers": {"there": {"class": "logging.FileHandler"}}}
    with pytest.raises(KeyError):
        logging.config.fileConfig(ini)
    with pytest.raises(ValueError, match="there"):
        logging.config.dictConfig(missing)
    _install(monkeypatch)
    logging.config.fileConfig(ini)
    logging.config.dictConfig(missing)
    assert capsys.readouterr().err.count("logging is not configured") == 2
