import re

from lib.catalog.reasons import CHANGES, FILES, ROWS
from tests.conftest import ROOT

SOURCE = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "lib" / "catalog").rglob("*.py"))


def test_every_reason_a_row_or_file_can_be_refused_for_has_words():
    rows = set(re.findall(r'\.(?:reject|skip)\(\s*"(\w+)"', SOURCE)) | set(re.findall(r'BadPrice\("(\w+)"', SOURCE))
    rows |= set(re.findall(r'(?:_Stop|_bad)\((?:line, )?"(\w+)"', SOURCE)) - {"unknown"}
    files = set(re.findall(r'(?:\bRefused\(|Unreadable\(code=)"(\w+)"', SOURCE))
    assert len(rows) > 15
    assert rows <= ROWS.keys()
    assert files <= FILES.keys()


def test_every_change_made_on_the_way_in_has_words():
    made = set(re.findall(r'changes\["(\w+)"\]', SOURCE)) | set(re.findall(r'LONGEST_\w+, "(\w+)"', SOURCE))
    assert made == CHANGES.keys()
