import threading
from datetime import timedelta

import pytest

from lib.launch.adapter import Barred, NotSent, NotThereYet, Rejected, Throttled, Unknown
from lib.launch.meta_errors import outcome_of, time_to_wait
from lib.launch.meta_http import Graph, Request
from lib.launch.meta_settings import Pace
from lib.launch.redact import Secret
from tests.launch.meta_studio import ACCOUNT, TOKEN, account
from tests.standin.faults import FAULTS
from tests.standin.server import standin

QUICK = Pace(deadline=timedelta(seconds=0.5), connect=timedelta(seconds=0.5))
CAMPAIGN = Request(
    "campaign",
    "POST",
    f"{ACCOUNT}/campaigns",
    {
        "name": "x",
        "objective": "OUTCOME_ENGAGEMENT",
        "special_ad_categories": [],
        "is_adset_budget_sharing_enabled": False,
        "status": "PAUSED",
    },
)
OUTCOMES = {
    "throttled_613": Throttled, "throttled_header": Throttled, "throttled_429": Throttled, "lag": NotThereYet,
    "token_expired": Barred, "no_permission": Barred, "blocked": Barred, "refused": Rejected,
}  # fmt: skip


@pytest.fixture
def graph():
    with standin([account()]) as running:
        yield running


def client(url, pace=QUICK):
    return Graph(url, "v26.0", Secret(TOKEN), pace)


@pytest.mark.parametrize("fault", [name for name in FAULTS if name not in ("no_id_after", "bad_id_after")])
def test_each_fault_has_its_outcome_and_only_one_call_was_made(graph, fault):
    graph.choose = lambda call, nth: fault
    with pytest.raises(OUTCOMES.get(fault, Unknown)):
        client(graph.url).send(CAMPAIGN)
    assert len(graph.log) == 1
    assert len(graph.objects()) == int(FAULTS[fault].after)


def test_nobody_there_means_not_sent():
    with pytest.raises(NotSent):
        client("http://127.0.0.1:9").send(CAMPAIGN)


def test_a_redirect_is_not_followed(graph):
    with standin([account()]) as elsewhere:
        graph.elsewhere = f"{elsewhere.url}/v26.0/{ACCOUNT}/campaigns"
        graph.choose = lambda call, nth: "redirect_before"
        with pytest.raises(Unknown):
            client(graph.url).send(CAMPAIGN)
        assert elsewhere.log == []


def test_the_deadline_is_over_the_whole_answer(graph):
    """A byte every so often keeps each read happy; the answer as a whole would take half a minute."""
    graph.choose, graph.drip_s = (lambda call, nth: "drip_body_after"), 0.2
    graph.log.clear()
    done = []

    def send():
        with pytest.raises(Unknown, match="answer_too_slow"):
            client(graph.url).send(Request("account", "GET", ACCOUNT, {"fields": "id,name,currency"}))
        done.append(True)

    thread = threading.Thread(target=send, daemon=True)
    thread.start()
    thread.join(15)
    assert done


def test_the_token_is_in_a_header_and_never_in_an_address(graph):
    client(graph.url, Pace()).send(CAMPAIGN)
    assert graph.log[0].token == TOKEN
    assert "access_token" not in graph.log[0].form
    assert TOKEN not in str(graph.log[0].form) + graph.log[0].path


@pytest.mark.parametrize(
    "fields",
    [
        {"targeting": {"publisher_platforms": ["whatsapp"]}},
        {"targeting": '{"whatsapp_positions": ["status"]}'},
        {"targeting": {"user_age_unknown": True}},
        {"wamo_whatsapp_identity_spec": {}},
        {"ad_format": "WHATSAPP_STATUS_MEDIA"},
        {"batch": [{"body": {"placement_soft_opt_out": {}}}]},
    ],
)
def test_nothing_inside_whatsapp_leaves_the_machine(graph, fields):
    with pytest.raises(Rejected, match="placement_inside_whatsapp"):
        client(graph.url).send(Request("adset", "POST", f"{ACCOUNT}/adsets", fields))
    assert graph.log == []


def error(code, subcode=None, **more):
    return {"code": code, "error_subcode": subcode, **more}


@pytest.mark.parametrize(
    ("code", "subcode", "http", "outcome"),
    [
        (4, None, 400, Throttled), (17, 2446079, 400, Throttled), (32, None, 400, Throttled),
        (341, None, 400, Throttled), (613, 1487742, 400, Throttled), (80000, None, 400, Throttled),
        (80004, None, 400, Throttled), (80008, None, 400, Throttled), (100, 1885272, 429, Throttled),
        (190, 463, 401, Barred), (102, None, 400, Barred), (10, None, 400, Barred), (200, None, 403, Barred),
        (299, None, 403, Barred), (294, None, 400, Barred), (368, None, 400, Barred), (3, None, 400, Barred),
        (100, 33, 400, NotThereYet), (100, 1487390, 400, Unknown), (1, None, 500, Unknown), (2, None, 400, Unknown),
        (100, 1885272, 400, Rejected), (100, None, 400, Rejected), (1609005, None, 400, Rejected),
        (12345, None, 400, Rejected), (12345, None, 500, Unknown), (None, None, 400, Unknown),
        (100, 1404163, 400, Barred),
    ],
)  # fmt: skip
def test_codes_are_told_apart(code, subcode, http, outcome):
    assert type(outcome_of(error(code, subcode), http, {})) is outcome


@pytest.mark.parametrize(
    "odd",
    [
        {"code": "190"}, {"code": 1.0}, {"code": True}, {"code": [1]}, {"code": "x", "error_subcode": {}}, {},
        {"code": 100, "error_data": "{"}, {"code": 100, "error_data": "[" * 5000}, {"code": 100, "error_data": [1]},
        {"code": 100, "error_data": {"blame_field_specs": "x"}}, {"code": 100, "error_user_title": {"a": 1}},
        {"code": float("inf")}, {"code": "9" * 5000},
    ],
)  # fmt: skip
def test_an_odd_error_object_is_still_an_outcome(odd):
    assert outcome_of(odd, 400, {"x-business-use-case-usage": "[]"}).reason


def test_what_the_person_must_know_goes_along():
    told = outcome_of(
        {
            "code": 100,
            "error_subcode": 1870227,
            "error_user_title": "Choose an audience",
            "error_user_msg": "Say it.",
            "error_data": '{"blame_field_specs": [["targeting", "targeting_automation"]]}',
            "fbtrace_id": "Az9",
        },
        400,
        {},
    )
    assert told.reason == "advantage_audience_missing"
    field = "targeting.targeting_automation"
    assert told.detail == {"title": "Choose an audience", "said": "Say it.", "fields": [field]}
    assert told.trace_id == "Az9"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"x-business-use-case-usage": '{"1":[{"estimated_time_to_regain_access":7}]}'}, 420),
        ({"x-business-use-case-usage": '{"1":[{"estimated_time_to_regain_access":0}]}'}, None),
        ({"x-ad-account-usage": '{"acc_id_util_pct":100,"reset_time_duration":90}'}, 90),
        ({"x-ad-account-usage": '{"acc_id_util_pct":9.67,"reset_time_duration":90}'}, None),
        ({"x-business-use-case-usage": "{"}, None),
        ({"x-business-use-case-usage": '{"1":[{"estimated_time_to_regain_access":1000000}]}'}, 86400),
        ({}, None),
    ],
)
def test_how_long_to_wait_is_read_from_the_usage_headers(headers, seconds):
    wait = time_to_wait(headers)
    assert (wait and wait.total_seconds()) == seconds
