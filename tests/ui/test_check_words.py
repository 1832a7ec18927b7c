import pytest

from lib.ads.checks import SEVERITIES, check
from lib.ui import words
from lib.ui.check_words import troubles, words_of
from tests.ads.examples import NOW, a_draft, a_shop, an_item
from tests.ads.test_checks import CASES


def test_every_check_has_words_and_no_words_are_left_over():
    assert set(words.CHECKS) == set(SEVERITIES)


@pytest.mark.parametrize(("code", "changed"), [(case[0], case[1]) for case in CASES])
def test_each_check_reads_as_a_sentence_with_its_numbers_filled_in(code, changed):
    parts = (make(**changed.get(name, {})) for name, make in (("draft", a_draft), ("item", an_item), ("shop", a_shop)))
    found = check(*parts, changed.get("now", NOW))
    sentences = [words_of(one) for one in found if one.code == code]
    assert sentences
    for sentence in sentences:
        assert sentence[-1] in ".?"
        assert "{" not in sentence


def test_lines_stand_under_their_own_field():
    wordy = a_draft().creatives[0].model_copy(update={"headline": "x" * 60})
    found = check(a_draft(creatives=(wordy,)), an_item(), a_shop(), NOW)
    assert [severity for severity, _words in troubles(found, "creatives.0.headline")] == ["warning"]
    assert troubles(found, "creatives.0.description") == []
