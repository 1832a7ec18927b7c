"""However often, in whatever order, and with kills in between: the tables end up as what was really said."""

import http.client
import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from lib.chats import inbox, signature, threads
from tests.browser.conftest import ROOT, free_port
from tests.chats.traffic import SECRET, START, Delivery, expected, held, stirred, traffic

SERVER = "tests.chats.receiver:app"


def read_all(db, now=START):
    while inbox.read_kept(db, now):
        pass


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_copies_in_any_order_come_to_the_same(db, shop, seed):
    deliveries, truth = traffic(250, seed)
    for d in stirred(deliveries, seed):
        if signature.is_genuine(d.body, d.signature, SECRET):
            inbox.keep(db, d.body, START)
            if seed % 2:
                inbox.read_kept(db, START)
    read_all(db)
    assert held(db) == expected(truth)


def test_a_reader_killed_at_any_moment_loses_and_doubles_nothing(db, shop, monkeypatch):
    deliveries, truth = traffic(120, 7)
    luck, describe = random.Random(7), threads._describe

    def dying(*args):
        describe(*args)
        if luck.random() < 0.3:
            raise KeyboardInterrupt

    monkeypatch.setattr(threads, "_describe", dying)
    for d in deliveries:
        inbox.keep(db, d.body, START)
    for _ in range(10_000):
        try:
            if not inbox.read_kept(db, START):
                break
        except KeyboardInterrupt:
            continue
    assert held(db) == expected(truth)


def test_a_delivery_that_breaks_the_program_stops_nobody_behind_it(db, shop, monkeypatch):
    deliveries, _ = traffic(20, 8)
    calls = []

    def broken_once(*args):
        calls.append(args)
        if len(calls) == 1:
            raise ZeroDivisionError
        return original(*args)

    original = threads.add_message
    monkeypatch.setattr(threads, "add_message", broken_once)
    for d in deliveries:
        inbox.keep(db, d.body, START)
    read_all(db)
    assert db["webhook_inbox"].count_where("problem = 'program_error'") == 1
    assert db["webhook_inbox"].count_where("processed_utc IS NULL") == 0


def test_what_is_older_than_the_platform_ever_sends_is_not_applied(db, shop):
    deliveries, _ = traffic(10, 9)
    inbox.keep(db, deliveries[0].body, datetime(2026, 6, 1, tzinfo=UTC))
    read_all(db)
    assert db["message"].count == 0
    assert db["webhook_inbox"].count_where("problem = 'too_old'") == 1


class Receiver:
    """The real route in a process of its own, which can be killed."""

    def __init__(self, database):
        self.port, self.database, self.process = free_port(), database, None

    def start(self):
        command = [sys.executable, "-m", "uvicorn", SERVER, "--port", str(self.port), "--log-level", "error"]
        environment = {**os.environ, "STUDIO_DB": str(self.database), signature.SECRET: SECRET,
                       signature.VERIFY_TOKEN: "hello"}  # fmt: skip
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                self.ask("GET", "/webhooks/whatsapp")
                return self
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("the receiver did not start")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def ask(self, method, path, body=b"", headers=None):
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            link.request(method, path, body=body, headers=headers or {})
            answer = link.getresponse()
            return answer.status, answer.read()
        finally:
            link.close()

    def deliver(self, delivery: Delivery):
        """As the platform does: again until it is answered. A refusal is final."""
        header = {"X-Hub-Signature-256": delivery.signature.encode("latin-1", "replace")}
        for _ in range(400):
            try:
                status, _ = self.ask("POST", "/webhooks/whatsapp", delivery.body, header)
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)
                continue
            if status in (200, 403):
                return status
            time.sleep(0.05)
        raise RuntimeError("never answered")


@pytest.fixture
def receiver(studio_db):
    receiver = Receiver(studio_db).start()
    yield receiver
    receiver.kill()


def storm(receiver, db, count, kills, seed=11):
    now = datetime.now(UTC).replace(microsecond=0)
    deliveries, truth = traffic(count, seed, now)
    mixed = stirred(deliveries, seed)
    parts = [mixed[i :: kills + 1] for i in range(kills + 1)]
    answers = []
    for part in parts:
        with ThreadPoolExecutor(8) as pool:
            work = pool.map(receiver.deliver, part)
            if part is not parts[-1]:
                time.sleep(0.2)
                receiver.kill()
                receiver.start()
            answers += zip(part, work, strict=True)
    deadline = time.monotonic() + 120
    while db["webhook_inbox"].count_where("processed_utc IS NULL") and time.monotonic() < deadline:
        time.sleep(0.1)
    assert {status for d, status in answers if d.genuine} == {200}
    assert {status for d, status in answers if not d.genuine} == {403}
    assert db["message"].count_where("wamid LIKE '%forged%'") == 0
    assert held(db) == expected(truth)


def test_a_storm_of_deliveries_with_kills_loses_nothing_and_believes_no_forgery(receiver, db, shop):
    storm(receiver, db, 150, kills=1)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_ten_thousand_events_with_kills(receiver, db, shop):
    storm(receiver, db, 10_000, kills=5)


@pytest.mark.slow
def test_fifty_deliveries_a_second_for_a_minute_are_answered_at_once(receiver, db, shop):
    deliveries, _ = traffic(3000, 12, datetime.now(UTC).replace(microsecond=0))
    times, start = [], time.monotonic()
    for number, delivery in enumerate(deliveries[:3000]):
        time.sleep(max(0.0, start + number / 50 - time.monotonic()))
        asked = time.monotonic()
        assert receiver.deliver(delivery) == 200
        times.append(time.monotonic() - asked)
    times.sort()
    print(f"p50 {1000 * times[1500]:.1f} ms, p99 {1000 * times[2970]:.1f} ms")
    assert times[1500] <= 0.05
    assert times[2970] <= 0.25


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("hub.mode=subscribe&hub.verify_token=hello&hub.challenge=123", 200),
        ("hub.mode=subscribe&hub.verify_token=wrong&hub.challenge=123", 403),
        ("hub.mode=unsubscribe&hub.verify_token=hello&hub.challenge=123", 403),
        ("", 403),
    ],
)
def test_the_handshake_answers_only_to_the_right_word(receiver, query, status):
    assert receiver.ask("GET", f"/webhooks/whatsapp?{query}") == (status, b"123" if status == 200 else b"refused")


def test_too_large_a_body_is_refused(receiver, db):
    body = b" " * (inbox.LARGEST_BODY + 1)
    header = {"X-Hub-Signature-256": signature.sign(body, SECRET)}
    assert receiver.ask("POST", "/webhooks/whatsapp", body, header)[0] == 413
    assert db["webhook_inbox"].count == 0


@pytest.mark.parametrize("header", [None, "", "sha256=", "sha256=" + "0" * 64, "sha1=abc", "é", "\udcff"])
def test_only_the_right_signature_is_genuine(header):
    assert not signature.is_genuine(b"{}", header, SECRET)
    assert signature.is_genuine(b"{}", signature.sign(b"{}", SECRET), SECRET)


def test_without_a_secret_nothing_is_genuine():
    assert not signature.is_genuine(b"{}", signature.sign(b"{}", ""), "")
    assert not signature.handshake("subscribe", "", "")
