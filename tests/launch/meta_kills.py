"""Workers that are killed with -9 while they launch onto a stand-in that fails now and then."""

import multiprocessing
import os
import random
import signal
import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from lib.launch import launches
from tests.launch.meta_studio import MetaStudio, account, environment
from tests.launch.studio import Wall
from tests.standin.server import standin

# waits of a minute, made short; the stand-in's lists lag by less than the grace
WAITS = {
    "STUDIO_META_GRACE_S": "0.4",
    "STUDIO_META_BETWEEN_LOOKS_S": "0.1",
    "STUDIO_META_BACKOFF_S": "0.02",
    "STUDIO_META_THROTTLE_S": "0.02",
    "STUDIO_META_DEADLINE_S": "3",
}
UNCLEAR = (
    "close_before", "close_after", "html_502_before", "html_502_after", "cut_off_after", "empty_200_after",
    "odd_500_before", "throttled_613", "throttled_429",
)  # fmt: skip
PRELOADED = ["lib.launch.worker", "lib.launch.meta", "lib.launch.demo", "tests.launch.meta_kills"]
DONE = {"LIVE", "FAILED", "CANCELLED", "ENDED"}


def _work(path, env):
    """The child: the app's own worker, nothing of the tests around it. One owner: a dead one's lease is its own."""
    from lib.launch.worker import Worker

    os.environ.update({**env, "STUDIO_DB": str(path)})
    Worker(owner="worker").run(threading.Event(), path, idle_s=0.01)


@dataclass
class Told:
    """What came of it. `extra_active`: campaigns that run without a launch that does."""

    launches: int
    kills: int
    requests: int
    duplicates: int
    lost: int
    extra_active: int

    @property
    def zeros(self):
        return (self.duplicates, self.lost, self.extra_active) == (0, 0, 0)


class Killer:
    """Counts the boundaries of calls and kills the worker at the one that was drawn."""

    def __init__(self, rng, kills, gap):
        self._rng, self._gap = rng, gap
        self.left, self.pid, self.done = kills, 0, 0
        self._until = rng.randint(*gap)
        self._lock = threading.Lock()

    def arm(self, nth):
        """One kill, at the nth boundary from now."""
        with self._lock:
            self.left, self._until = 1, nth

    def __call__(self, call, when):
        if call == "review":  # a new worker looks at all that runs: no launch is at stake there
            return
        with self._lock:
            self._until -= 1
            if self._until > 0 or self.left == 0 or not self.pid:
                return
            os.kill(self.pid, signal.SIGKILL)
            self.left, self.done, self.pid = self.left - 1, self.done + 1, 0
            self._until = self._rng.randint(*self._gap)


@contextmanager
def workers(path, env):
    """Gives a function that starts a worker process; the last one is stopped at the end."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    started = []

    def start():
        process = context.Process(target=_work, args=(path, env), daemon=True)
        process.start()
        started.append(process)
        start.last = process
        return process

    start.last = None
    try:
        yield start
    finally:
        for process in started:
            if process.is_alive():
                process.kill()
            process.join()


def run(db, path, *, count, kills, faulty=0.25, lag_s=0.0, seed=7, waits=None, gap=(2, 70), patience_s=3000):
    """Launches `count` ads while workers are killed `kills` times and a share of the calls goes wrong."""
    rng = random.Random(seed)
    with standin([account()]) as graph:
        graph.platform.list_lag = timedelta(seconds=lag_s)
        graph.platform.review = timedelta(days=1)
        env = environment(graph.url, **{**WAITS, **(waits or {})})
        studio = MetaStudio(db, Wall(datetime.now(UTC)), url=graph.url, env=env)
        made = [studio.confirm(studio.plan()).id for _ in range(count)]
        luck, lock = random.Random(seed + 1), threading.Lock()

        def choose(call, nth):
            with lock:
                return luck.choice(UNCLEAR) if luck.random() < faulty else None

        killer = Killer(rng, kills, gap)
        graph.choose, graph.around = choose, killer
        with workers(path, env) as start:
            watch(db, made, killer, start, time.monotonic() + patience_s)
        return _told(db, graph, made, killer.done)


def watch(db, made, killer, start, deadline):
    """Keeps a worker alive until all launches are done; a person lets those go on that need one."""
    process = start.last if start.last and start.last.is_alive() else None
    if process:
        killer.pid = process.pid
    while True:
        if process is None or not process.is_alive():
            process = start()
            killer.pid = process.pid
        process.join(0.05)
        states = {row[0]: (row[1], row[2]) for row in db.execute("SELECT id, state, reason FROM launch").fetchall()}
        for launch_id, (state, reason) in states.items():
            if state == "NEEDS_REVIEW" and reason in ("unknown_twice", "too_many_tries"):
                launches.order(db, launch_id, "continue", by="a person", now=datetime.now(UTC))
        if all(states[one][0] in DONE or states[one] == ("NEEDS_REVIEW", "duplicates") for one in made):
            return
        assert time.monotonic() < deadline, states


def _told(db, graph, made, kills):
    states = {one: launches.get_launch(db, one) for one in made}
    keys = {launch.key: launch for launch in states.values()}
    kinds = Counter((o.name.rsplit("[wa:", 1)[-1][:10], o.kind) for o in graph.objects())
    active = Counter(o.name.rsplit("[wa:", 1)[-1][:10] for o in graph.objects("campaign") if o.status == "ACTIVE")
    return Told(
        launches=len(made),
        kills=kills,
        requests=len(graph.log),
        duplicates=sum(n - 1 for n in kinds.values()),
        lost=sum(launch.state != "LIVE" for launch in states.values()),
        extra_active=sum(n - int(keys[key].state == "LIVE") for key, n in active.items()),
    )
