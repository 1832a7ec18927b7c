"""kill -9 and calls whose answer is lost: never a second campaign, never a lost launch, never one that runs unasked."""

import contextlib
import random
import shutil
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lib.launch import journal
from lib.launch.driver import Driver
from tests.launch.meta_kills import WAITS, Killer, run, watch, workers
from tests.launch.meta_studio import MetaStudio, account, environment
from tests.launch.studio import Wall
from tests.standin.server import standin

KINDS = {"campaign": 1, "adset": 1, "creative": 1, "ad": 1}


@pytest.fixture
def studio_db(tmp_path, monkeypatch):
    """In memory where there is such a disk: a killed process loses nothing there either, and each write is synced."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(dir=memory)) if memory.is_dir() else tmp_path
    monkeypatch.setenv("STUDIO_DB", str(folder / "studio.db"))
    yield folder / "studio.db"
    if folder != tmp_path:
        shutil.rmtree(folder)


class Killed(BaseException):
    """The process dies here."""


@pytest.mark.parametrize("lag_s", [0.0, 0.25])
def test_sixty_kills_leave_neither_doubles_nor_gaps(db, studio_db, lag_s):
    told = run(db, studio_db, count=60, kills=60, lag_s=lag_s, gap=(2, 40))
    assert told.kills == 60
    assert told.zeros, told


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("lag_s", [0.0, 0.25])
def test_five_hundred_kills_leave_neither_doubles_nor_gaps(db, studio_db, lag_s):
    told = run(db, studio_db, count=500, kills=500, lag_s=lag_s, gap=(2, 40))
    assert told.kills == 500
    assert told.zeros, told


def mine(graph, launch):
    return [o for o in graph.objects() if f"[wa:{launch.key}:" in o.name]


def test_a_worker_killed_at_each_boundary_of_each_call_is_survived(db, studio_db):
    with standin([account()]) as graph:
        graph.platform.review = timedelta(days=1)
        env = environment(graph.url, **WAITS)
        studio = MetaStudio(db, Wall(datetime.now(UTC)), url=graph.url, env=env)
        boundaries = []
        graph.around = lambda call, when: boundaries.append((call, when))
        killer = Killer(random.Random(0), 0, (1, 1))
        with workers(studio_db, env) as start:
            watch(db, [studio.confirm().id], killer, start, time.monotonic() + 60)
            whole = [b for b in boundaries if b[0] != "review"]
            assert len(whole) == 2 * 15
            graph.around = killer
            for nth in range(1, len(whole) + 1):
                launch = studio.confirm(studio.plan())
                killer.arm(nth)
                watch(db, [launch.id], killer, start, time.monotonic() + 60)
                assert killer.left == 0, whole[nth - 1]
                assert studio.launch(launch.id).state == "LIVE"
                assert Counter(o.kind for o in mine(graph, launch)) == KINDS, whole[nth - 1]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_worker_killed_at_each_journal_write_is_survived(db, wall, monkeypatch, when):
    db.conn.execute("PRAGMA synchronous = OFF")
    write = Driver._write
    with standin([account()], wall) as graph:
        studio = MetaStudio(db, wall, url=graph.url)
        entries = len(journal.entries_of(db, studio.work(studio.confirm().id).id))
        for nth in range(1, entries):
            left = [nth]

            def dying(self, *args, _left=left, **told):
                _left[0] -= 1
                if _left[0] == 0 and when == "before":
                    raise Killed
                standing = write(self, *args, **told)
                if _left[0] == 0:
                    raise Killed
                return standing

            launch = studio.confirm(studio.plan())
            monkeypatch.setattr(Driver, "_write", dying)
            with contextlib.suppress(Killed):
                studio.work(launch.id, step=20)
            monkeypatch.setattr(Driver, "_write", write)
            studio.worker = studio.new_worker()
            assert studio.work(launch.id, step=20).state == "LIVE"
            assert Counter(o.kind for o in mine(graph, launch)) == KINDS
