import pytest

from lib.launch.meta_check import check
from lib.launch.meta_settings import GRAPH, read_settings
from tests.launch.meta_studio import ACCOUNT, TOKEN, account, environment
from tests.standin.server import standin

URL = "http://127.0.0.1:8123"


def problems(**changes):
    return {p.code for p in read_settings({**environment(URL), **changes}, {}).problems}


def test_an_account_set_up_in_the_environment_can_be_used():
    settings = read_settings(environment(URL), {})
    assert settings.problems == ()
    assert settings.connection(ACCOUNT).page_id == "111111111111111"
    assert settings.connection(ACCOUNT).caps.complete


def test_without_the_switch_no_account_can_be_used():
    assert read_settings({**environment(URL), "STUDIO_META": ""}, {}).connection(ACCOUNT) is None
    assert read_settings({}, {}).enabled is False
    assert read_settings({}, {}).url == GRAPH


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"STUDIO_META_TOKEN": ""}, "token_missing"),
        ({"STUDIO_META_TOKEN": "two words of it"}, "bad_token"),
        ({"STUDIO_META_TOKEN": "line\nbreak-in-the-token"}, "bad_token"),
        ({"STUDIO_META_ACCOUNT": "me"}, "bad_account"),
        ({"STUDIO_META_PAGE": ""}, "page_missing"),
        ({"STUDIO_META_PAGE": "nile"}, "bad_page"),
        ({"STUDIO_META_PHONE": "call me"}, "bad_phone"),
        ({"STUDIO_META_CURRENCY": ""}, "currency_missing"),
        ({"STUDIO_META_CURRENCY": "KWD"}, "currency_not_verified"),
        ({"STUDIO_META_CAP_DAY": ""}, "cap_missing"),
        ({"STUDIO_META_CAP_DAY": "1e9"}, "bad_cap"),
        ({"STUDIO_META_TIMEZONE": "Nowhere/Land"}, "bad_timezone"),
        ({"STUDIO_META_VERSION": "26"}, "bad_version"),
    ],
)
def test_what_is_wrong_is_named_and_the_account_not_used(changes, code):
    assert code in problems(**changes)
    if code != "bad_version":
        assert read_settings({**environment(URL), **changes}, {}).accounts == {}


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example", "http://graph.facebook.com", "https://graph.facebook.com.evil.example",
        "https://graph.facebook.com@evil.example", "http://127.0.0.1", "http://user@127.0.0.1:80",
        "http://127.0.0.1:80/x", "http://localhost.evil.example:80", "ftp://127.0.0.1:80", "http://[::1", "",
    ],
)  # fmt: skip
def test_the_token_can_go_to_graph_or_this_machine_and_nowhere_else(url):
    assert read_settings({**environment(URL), "STUDIO_META_URL": url}, {}).url == GRAPH


def test_accounts_come_from_the_secrets_file_too(tmp_path):
    file = tmp_path / "secrets.toml"
    file.write_text(
        '[meta]\nenabled = true\n[[meta.accounts]]\naccount = "1000000001"\n'
        f'token = "{TOKEN}"\npage = "111111111111111"\ncurrency = "EGP"\n'
        'cap_launch = "5000"\ncap_day = 1500\ncap_account = "20000.50"\n'
    )
    file.chmod(0o600)
    settings = read_settings({"STUDIO_SECRETS": str(file)})
    assert settings.problems == ()
    assert settings.connection("act_1000000001").caps.account_minor == 2_000_050
    file.chmod(0o644)
    assert {p.code for p in read_settings({"STUDIO_SECRETS": str(file)}).problems} == {"secrets_open_to_others"}
    file.write_text("[meta")
    assert {p.code for p in read_settings({"STUDIO_SECRETS": str(file)}).problems} == {"secrets_unreadable"}


def test_an_account_named_twice_is_a_problem():
    row = {name.removeprefix("STUDIO_META_").lower(): value for name, value in environment(URL).items()}
    settings = read_settings(environment(URL), {"meta": {"accounts": [row]}})
    assert {p.code for p in settings.problems} == {"account_twice"}


def looked(changes=None, **env):
    with standin([account(**(changes or {}))]) as graph:
        settings = read_settings(environment(graph.url, **env), {})
        told = [(look.step, look.ok, look.code) for look in check(settings)]
        assert graph.sent() == []
        return told


def test_a_sound_connection_passes_every_step():
    told = looked()
    assert [step for step, ok, code in told] == [
        "switched_on", "token", "permissions", "account", "page", "number", "instagram",
    ]  # fmt: skip
    assert all(ok for step, ok, code in told)


@pytest.mark.parametrize(
    ("changes", "env", "found"),
    [
        ({"token": "EAAanother000000000000000"}, {}, ("token", False, "token_refused")),
        ({"permissions": ("ads_management",)}, {}, ("permissions", False, "permissions_missing")),
        ({"account_status": 2}, {}, ("account", False, "account_not_active")),
        ({"currency": "USD"}, {}, ("account", False, "currency_differs")),
        ({"currency": "KWD"}, {}, ("account", False, "currency_not_verified")),
        ({"spend_cap": "0"}, {}, ("account", False, "account_without_spend_cap")),
        ({}, {"STUDIO_META_TIMEZONE": "Asia/Tokyo"}, ("account", False, "timezone_differs")),
        ({"page_id": "222222222222222"}, {}, ("page", False, "not_there_yet")),
        ({"phone": ""}, {}, ("number", False, "number_not_linked")),
        ({"phone": "201999999999"}, {}, ("number", False, "number_differs")),
        ({"instagram": "1784149999"}, {}, ("instagram", False, "instagram_differs")),
        ({}, {"STUDIO_META_INSTAGRAM": ""}, ("instagram", False, "instagram_missing")),
        ({}, {"STUDIO_META": "off"}, ("switched_on", False, "off")),
        ({}, {"STUDIO_META_CAP_DAY": ""}, ("settings", False, "cap_missing")),
    ],
)
def test_the_check_says_what_is_missing(changes, env, found):
    assert found in looked(changes, **env)


def test_an_account_without_a_spend_cap_may_be_allowed():
    told = looked({"spend_cap": "0"}, STUDIO_META_WITHOUT_SPEND_CAP="yes")
    assert ("account", True, "ok") in told
