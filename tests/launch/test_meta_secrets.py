"""A token that must not show, through everything that can go wrong."""

import io
import json
import logging
import pickle
import traceback

import pytest

from lib.launch import control
from lib.launch.adapter import Outcome
from lib.launch.meta_check import check
from lib.launch.meta_dry_run import dry_run
from lib.launch.meta_http import Graph, Request
from lib.launch.meta_settings import read_settings
from lib.launch.redact import RedactingFormatter, Secret, protect_logging, redact
from tests.launch.meta_studio import ACCOUNT, TOKEN, MetaStudio, account, environment
from tests.standin import faults
from tests.standin.faults import FAULTS
from tests.standin.rules import Refusal
from tests.standin.server import standin

PARTS = (TOKEN, TOKEN[3:-4])


@pytest.fixture
def told():
    """All that the logs of the process say, from the lowest level up, through the redacting formatter."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    protect_logging()
    assert isinstance(handler.formatter, RedactingFormatter)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def graph(wall, monkeypatch):
    """Meta repeats the token in its errors, as it does in life."""
    for name, error in faults.ERRORS.items():
        leaky = Refusal(f"{error.message}: access_token={TOKEN} {TOKEN}", error.code, error.subcode, error.http, TOKEN)
        monkeypatch.setitem(faults.ERRORS, name, leaky)
    with standin([account()], wall) as running:
        yield running


def clean(text):
    return not any(part in text for part in PARTS)


def everything_in(db):
    return "\n".join(str(tuple(row)) for table in db.table_names() for row in db.execute(f'SELECT * FROM "{table}"'))


@pytest.mark.parametrize("fault", FAULTS)
def test_no_failure_shows_the_token(db, wall, graph, told, fault):
    db.conn.execute("PRAGMA synchronous = OFF")
    studio = MetaStudio(db, wall, url=graph.url, env={"STUDIO_META_DEADLINE_S": "0.4"})
    graph.choose = lambda call, nth: fault if nth == 0 else None
    launch = studio.confirm()
    studio.work(launch.id, seconds=7200, step=30)
    shown = [
        everything_in(db),
        json.dumps(control.status(db, launch.id)),
        repr(studio.settings_now),
        repr(studio.adapter()),
        told.getvalue(),
    ]
    assert all(clean(text) for text in shown)
    assert len(told.getvalue()) > 0


@pytest.mark.parametrize("fault", [*FAULTS, None])
def test_no_exception_carries_the_token(graph, told, fault):
    graph.choose = lambda call, nth: fault
    settings = read_settings(environment(graph.url, STUDIO_META_DEADLINE_S="0.4"), {})
    connection = settings.accounts[ACCOUNT]
    client = Graph(settings.url, settings.version, connection.token, settings.pace)
    try:
        client.send(Request("account", "GET", ACCOUNT, {"fields": "id"}))
    except Outcome as outcome:
        whole = "".join(traceback.format_exception(outcome)) + repr(outcome.__dict__) + repr(outcome.args)
        assert clean(whole)
        assert outcome.__context__ is None or outcome.__suppress_context__
    assert clean(told.getvalue())


def test_nobody_there_shows_nothing(told):
    settings = read_settings(environment("http://127.0.0.1:9"), {})
    looks = [repr(look) for look in check(settings)]
    assert clean("".join(looks) + told.getvalue())


def test_a_redirect_takes_no_token_along(graph):
    with standin([account()]) as elsewhere:
        graph.elsewhere = f"{elsewhere.url}/v26.0/{ACCOUNT}"
        graph.choose = lambda call, nth: "redirect_before"
        settings = read_settings(environment(graph.url), {})
        list(check(settings))
        assert elsewhere.log == []


def test_the_next_page_is_asked_for_without_its_own_address(graph, db, wall, told):
    studio = MetaStudio(db, wall, url=graph.url)
    studio.work(studio.confirm().id)
    assert all("access_token" not in r.form for r in graph.log)


def test_settings_dry_runs_and_the_check_show_the_last_four_letters_at_most(graph, db, wall):
    studio = MetaStudio(db, wall, url=graph.url)
    settings = studio.settings_now
    run = dry_run(studio.plan(), connection=settings.accounts[ACCOUNT], settings=settings)
    shown = [repr(settings), str(settings.accounts), run.as_curl(), json.dumps(run.as_data())]
    shown += [repr(look) for look in check(settings)]
    assert all(clean(text) for text in shown)
    assert TOKEN[-4:] in repr(settings)


@pytest.mark.parametrize("token", ["EAA" + "x" * 30 + "\n", "with space in it", "ü" * 20])
def test_a_token_that_can_not_be_one_is_not_repeated(token):
    settings = read_settings(environment("http://127.0.0.1:9", token=f"{token}z"), {})
    assert {p.code for p in settings.problems} == {"bad_token"}
    assert token.strip() not in repr(settings)


def test_a_secret_does_not_travel_and_does_not_print():
    secret = Secret(TOKEN)
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    with pytest.raises(TypeError):
        json.dumps(secret)
    assert clean(f"{secret} {secret!r} {[secret]}")
    assert secret == Secret(TOKEN)


@pytest.mark.parametrize(
    "text",
    [
        f"GET https://graph.facebook.com/me?access_token={TOKEN}&x=1", f"Authorization: Bearer {TOKEN}",
        f'{{"access_token": "{TOKEN}"}}', f"access_token%3D{TOKEN}", f"OAuth {TOKEN}", f"it was {TOKEN}.",
        "EAABsbCS1iHgBAKZCZD0token0of0somebody0else", "appsecret_proof=0123456789abcdef",
        "/debug_token?input_token=EAAsomebody00000000000",
    ],
)  # fmt: skip
def test_texts_lose_their_tokens(text):
    Secret(TOKEN)
    cleaned = redact(text)
    assert "[hidden]" in cleaned
    assert clean(cleaned)
    assert not any(word in cleaned for word in ("0123456789abcdef", "somebody"))


def test_logs_of_children_and_tracebacks_are_cleaned_too(told):
    try:
        raise RuntimeError(f"url?access_token={TOKEN}")
    except RuntimeError:
        logging.getLogger("some.library").exception("it broke with %s", TOKEN)
    assert "it broke with" in told.getvalue()
    assert clean(told.getvalue())
