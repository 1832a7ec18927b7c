import os
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta

from lib.launch import launches
from lib.launch.meta_settings import read_settings
from lib.launch.platforms import Platforms
from lib.launch.worker import Worker
from lib.store import open_database
from tests.launch.meta_studio import ACCOUNT, MetaStudio, account, environment
from tests.launch.studio import Wall
from tests.standin.server import standin


def test_two_accounts_at_the_same_time_never_use_each_others_token(db, wall):
    other, token = "act_2000000002", "EAAother0000000000000000000002"
    with standin([account(), account(id=other, token=token)], wall) as graph:
        studio = MetaStudio(db, wall, url=graph.url)
        named = {
            "meta": {
                "accounts": [
                    {**_row(environment(graph.url)), "account": other, "token": token},
                ]
            }
        }
        platforms = Platforms(wall, lambda: read_settings(environment(graph.url), named))
        caps = studio.settings_now.accounts[ACCOUNT].caps
        made = []
        for turn in range(8):
            target = (ACCOUNT, other)[turn % 2]
            plan = studio.plan()
            made.append(
                launches.confirm(
                    db, plan, by="owner", now=wall.now, adapter="meta", account_id=target, caps=caps
                ).launch
            )

        def work(name):
            with open_database() as own:
                worker = Worker(owner=name, clock_now=wall, adapter_for=platforms)
                for _ in range(40):
                    worker.tick(own)

        threads = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert graph.strangers == []
        assert {launches.get_launch(db, one.id).state for one in made} == {"LIVE"}
        for one in made:
            owner = {o.account for o in graph.objects() if one.key in o.name}
            assert owner == {one.account_id}


def _row(env):
    return {name.removeprefix("STUDIO_META_").lower(): value for name, value in env.items()}


def test_the_worker_of_the_command_line_launches_without_the_simulator(studio_db):
    with standin([account()]) as graph, open_database() as db:
        graph.platform.review = timedelta(days=1)
        studio = MetaStudio(db, Wall(datetime.now(UTC)), url=graph.url)
        launch = studio.confirm()
        code = (
            "import atexit, sys\nfrom lib.cli import main\n"
            "atexit.register(lambda: print(any(m.startswith(('numba', 'lib.market.exact')) for m in sys.modules)))\n"
            "main(['worker'])"
        )
        env = {**os.environ, **environment(graph.url), "STUDIO_DB": str(studio_db), "STUDIO_SECRETS": "none.toml"}
        with subprocess.Popen([sys.executable, "-c", code], env=env, stdout=subprocess.PIPE, text=True) as worker:
            try:
                for _ in range(1200):
                    if studio.launch(launch.id).state == "LIVE":
                        break
                    time.sleep(0.05)
                worker.terminate()
                printed, _ = worker.communicate(timeout=30)
            finally:
                worker.kill()
        assert studio.launch(launch.id).state == "LIVE"
        assert printed.strip() == "False"
