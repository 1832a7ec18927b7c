"""Every word a person reads exists in both languages, with its placeholders."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
LOCALES = ROOT / "data" / "locales"
NAMES = re.compile(r"\{(\w+)[^}]*\}")


def words(path):
    with path.open("rb") as file:
        return read_po(file, locale="ar")


@pytest.fixture(scope="module")
def extracted(tmp_path_factory):
    path = tmp_path_factory.mktemp("words") / "studio.pot"
    command = [
        *(sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "-F", str(LOCALES / "babel.cfg")),
        *("-k", "N_", "-k", "_", "-k", "ngettext:1,2", "-o", str(path), "lib", "pages"),
    ]
    subprocess.run(command, check=True, cwd=ROOT)
    return words(path)


@pytest.fixture(scope="module")
def arabic():
    return words(LOCALES / "ar" / "LC_MESSAGES" / "studio.po")


def texts(message):
    return [message.string] if isinstance(message.string, str) else list(message.string)


def test_every_text_has_arabic_words(extracted, arabic):
    missing = []
    for message in extracted:
        found = arabic.get(message.id) if message.id else None
        if message.id and (found is None or not all(texts(found))):
            missing.append(message.id)
    assert missing == []


def test_nothing_translated_is_left_over(extracted, arabic):
    assert [m.id for m in arabic if m.id and extracted.get(m.id) is None] == []


def test_placeholders_survive_translation(arabic):
    wrong = []
    for message in arabic:
        if not message.id:
            continue
        wanted = set(NAMES.findall(message.id if isinstance(message.id, str) else message.id[1]))
        for text in texts(message):
            names = set(NAMES.findall(text))
            # the forms for none, one and two may say the number in words
            if names - wanted or (isinstance(message.id, str) and names != wanted):
                wrong.append((message.id, text))
    assert wrong == []


def test_arabic_counts_in_six_forms(arabic):
    assert arabic.num_plurals == 6


def test_no_text_is_put_together_before_translation():
    """gettext can not find a text that is made with an f-string."""
    offenders = [
        (path.name, line)
        for folder in ("lib/ui", "pages")
        for path in (ROOT / folder).rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"\b(_|N_|ngettext)\(f[\"']", line)
    ]
    assert offenders == []


def _asked_inside_f_strings(source):
    for written in ast.walk(ast.parse(source)):
        if isinstance(written, ast.JoinedStr):
            for call in ast.walk(written):
                name = getattr(call.func, "id", "") if isinstance(call, ast.Call) else ""
                if name in {"_", "N_", "ngettext"} and isinstance(call.args[0], ast.Constant):
                    yield call.args[0].value


def test_no_text_is_asked_for_inside_an_f_string():
    """Before Python 3.12 an f-string is one token, so gettext does not find a text that is asked for within it."""
    offenders = [
        (path.name, text)
        for folder in ("lib/ui", "pages")
        for path in (ROOT / folder).rglob("*.py")
        for text in _asked_inside_f_strings(path.read_text(encoding="utf-8"))
    ]
    assert offenders == []
