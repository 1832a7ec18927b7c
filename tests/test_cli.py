"""The command line, run as scripts run it: a process of its own, JSON out, exit codes."""

import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lib.catalog.samples import load_sample_shops
from lib.store import open_database

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "tests" / "samples" / "catalog"


def run(*arguments, code=0):
    done = subprocess.run(
        [sys.executable, "-m", "lib", *arguments], cwd=ROOT, capture_output=True, text=True, env=os.environ
    )
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout) if "--json" in arguments else done.stdout + done.stderr


@pytest.fixture
def sample_shops(studio_db):
    with open_database() as db:
        load_sample_shops(db, datetime.now(UTC))


def test_a_file_is_imported_once_its_currency_is_known(studio_db):
    file = str(SAMPLES / "shopify" / "Product-data.csv")
    asked = run("import-catalog", file, "--json", code=2)
    assert asked["outcome"] == "currency_needed"
    assert "--currency" in asked["error"]
    report = run("import-catalog", file, "--currency", "USD", "--json")
    assert (report["rows_read"], report["items"], report["on_sale"]) == (21, 20, 16)
    assert report["rejected"] == []
    again = run("import-catalog", file, "--json")
    assert (again["shop_id"], again["unchanged"], again["added"], again["changed"]) == (report["shop_id"], 20, 0, 0)


def test_a_missing_file_is_named(studio_db):
    assert "no-such.csv" in run("import-catalog", "no-such.csv", "--json", code=2)["error"]


def test_an_unknown_header_is_shown(studio_db, tmp_path):
    strange = tmp_path / "strange.csv"
    strange.write_text("when,who\n1,2\n", encoding="utf-8")
    refused = run("import-catalog", str(strange), "--json", code=2)
    assert "unknown format, the header was: when, who" in refused["error"]


def test_items_are_found_by_folded_arabic(sample_shops):
    found = run("items", "--search", "عَسَل", "--json")
    assert found["total"] >= 1
    assert found["items"][0] | {"price_minor": 0} == found["items"][0] | {
        "price_minor": 0,
        "shop": "nawwara",
        "currency": "EGP",
    }


def test_the_main_job_in_scripts_gives_the_numbers_of_the_pages(sample_shops):
    from lib.ads.expectation import expect
    from lib.ads.scenario import scenario_of
    from lib.launch.launches import get_launch
    from lib.metrics import totals

    told = run("forecast", "nawwara/NW-602", "--json")
    launched = run("launch", "nawwara/NW-602", "--json")
    assert launched["state"] == "LIVE"
    watched = run("watch", str(launched["launch"]), "--until-day", "2", "--json")
    with open_database() as db:
        launch = get_launch(db, launched["launch"])
        assert watched["totals"] == json.loads(json.dumps(totals.metrics(db, launch)))
        assert told["metrics"]["conversations"]["p50"] == expect(scenario_of(launch.plan)).bands["conversations"].p50
    assert watched["simulated_hours"] >= 48
    assert [day["day"][:10] for day in watched["days"]] == [
        told["first_day"],
        launch.plan.first_day.fromordinal(launch.plan.first_day.toordinal() + 1).isoformat(),
    ]
    assert sum(day["impressions"] for day in watched["days"]) <= watched["totals"]["impressions"]
    assert sum(day["spend_minor"] for day in watched["days"]) > 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("forecast", "nowhere/X"), "no shop"),
        (("forecast", "nawwara/X"), "no item"),
        (("forecast", "nawwara/NW-101", "--budget", "1e3"), "not an amount"),
        (("launch", "nawwara/NW-101", "--budget", "0.01"), "budget_below_minimum"),
        (("launch", "nawwara/NW-204"), "out_of_stock"),
        (("watch", "99"), "no launch 99"),
    ],
)
def test_what_can_not_be_done_is_said(sample_shops, arguments, said):
    assert said in run(*arguments, "--json", code=2)["error"]


def test_a_backup_is_whole_and_never_overwrites(sample_shops, tmp_path):
    copy = tmp_path / "copy.db"
    assert run("backup", str(copy), "--json")["tables"]["item"] == 79
    assert "name a new file" in run("backup", str(copy), "--json", code=2)["error"]


def test_every_verb_and_every_field_is_in_the_documentation(sample_shops):
    told = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    usage = run("--help")
    verbs = re.findall(r"^    ([a-z-]+) ", usage, flags=re.MULTILINE)
    assert len(verbs) >= 10
    assert [verb for verb in verbs if f"`{verb}" not in told] == []
    fields = {*run("items", "--json")["items"][0], *run("forecast", "nawwara/NW-602", "--json")}
    assert [field for field in fields if f"`{field}`" not in told] == []


def test_deliveries_are_read_from_a_file(sample_shops):
    file = str(SAMPLES.parent / "whatsapp_webhooks" / "pywa" / "message.json")
    report = run("ingest-webhooks", file, "--shop", "nawwara", "--json")
    assert (report["messages"], report["kinds"]["text"], report["orders"][0]["total_minor"]) == (23, 5, 18_000)
    assert report["added"]["messages"] >= 1
    assert run("ingest-webhooks", file, "--shop", "nawwara", "--json")["added"]["messages"] == 0
    assert "entry" in run("ingest-webhooks", str(SAMPLES / "SOURCES.md"), "--json", code=2)["error"]


def test_a_refused_launch_is_told_and_not_waited_for(sample_shops, monkeypatch):
    monkeypatch.setenv("STUDIO_REVIEW_REFUSALS", "1")
    launched = run("launch", "nawwara/NW-602", "--json")
    watched = run("watch", str(launched["launch"]), "--until-day", "2", "--json")
    assert (watched["state"], watched["reason"]) == ("FAILED", "refused_by_review")


def test_a_what_if_file_is_answered_improved_and_reported(sample_shops, tmp_path):
    from lib.ads.writer import draft_from_item
    from lib.catalog.items import get_item
    from lib.catalog.shops import get_shop
    from lib.whatif.case import case_from_draft
    from lib.whatif.travel import to_file

    now = datetime.now(UTC)
    with open_database() as db:
        shop, item = get_shop(db, "nawwara"), get_item(db, "nawwara", "NW-602", now)
    file = tmp_path / "case.json"
    file.write_bytes(to_file(case_from_draft(draft_from_item(shop, item, "ar", now), item, shop, now)))
    told = run("what-if", str(file), "--json")
    assert told["sets"][0]["name"] == "baseline"
    assert "conversations" in told["sets"][0]["values"]
    assert run("optimise", str(file), "--goal", "orders", "--json")["tried"] > 10
    page = tmp_path / "report.html"
    assert run("report", str(file), "--out", str(page), "--json")["bytes"] == page.stat().st_size
    file.write_text("{", encoding="utf-8")
    assert "can not be read" in run("what-if", str(file), "--json", code=2)["error"]
