import json

import pytest

from lib.ads.placements import PLACEMENT_IDS, PLACEMENTS, forbidden_places, inside_whatsapp


def test_all_placements_are_on_facebook_or_instagram():
    assert PLACEMENT_IDS == (
        "facebook_feed",
        "instagram_feed",
        "facebook_story",
        "instagram_story",
        "facebook_reels",
        "instagram_reels",
    )
    assert {p.publisher for p in PLACEMENTS.values()} == {"facebook", "instagram"}
    assert not any(inside_whatsapp(name) or inside_whatsapp(p.position) for name, p in PLACEMENTS.items())


@pytest.mark.parametrize("name", ["whatsapp_status", "WhatsApp", "whatsapp status", "status", "WAMO_status"])
def test_a_name_that_speaks_of_whatsapp_is_recognised(name):
    assert inside_whatsapp(name)


@pytest.mark.parametrize(
    ("payload", "paths"),
    [
        ({"placements": ["facebook_feed", "whatsapp_status"]}, ["placements.1"]),
        ({"targeting": {"publisher_platforms": ["facebook", "whatsapp"]}}, ["targeting.publisher_platforms.1"]),
        ({"publisher_platforms": "whatsapp"}, ["publisher_platforms.0"]),
        ({"a": [{"b": {"whatsapp_positions": []}}]}, ["a.0.b.whatsapp_positions"]),
        ({"wamo_whatsapp_identity_spec": {}}, ["wamo_whatsapp_identity_spec"]),
        ({"user_age_unknown": True}, ["user_age_unknown"]),
        ({"placement_soft_opt_out": {}}, ["placement_soft_opt_out"]),
        ({"ad_format": "WHATSAPP_STATUS_MEDIA"}, ["ad_format"]),
        ({"effective_whatsapp_positions": ["status"]}, ["effective_whatsapp_positions"]),
    ],
)
def test_an_ad_inside_whatsapp_is_found_however_deep(payload, paths):
    assert list(forbidden_places(payload)) == paths
    assert list(forbidden_places({"outer": [payload]})) == [f"outer.0.{path}" for path in paths]


def test_whatsapp_as_the_destination_passes():
    payload = {
        "destination_type": "WHATSAPP",
        "status": "PAUSED",
        "promoted_object": {"page_id": "1", "whatsapp_phone_number": "+20"},
        "call_to_action": {"type": "WHATSAPP_MESSAGE", "value": {"app_destination": "WHATSAPP"}},
        "targeting": {"publisher_platforms": ["facebook"], "is_whatsapp_destination_ad": True},
        "message": "Ask us on WhatsApp",
    }
    assert list(forbidden_places(json.loads(json.dumps(payload)))) == []
