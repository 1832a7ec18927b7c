"""A product file brought in: asked for, read, and reported so that a shop owner knows what to mend."""

import json
from collections import Counter
from pathlib import Path

import pandas as pd
import streamlit as st

from lib.catalog.importing import ImportReport, import_file, report_json
from lib.catalog.items import all_items
from lib.catalog.parsing import CurrencyNeeded, Unreadable
from lib.catalog.pictures import fetch_pictures, missing_pictures
from lib.catalog.shops import list_shops
from lib.money import CURRENCIES
from lib.store import open_database
from lib.ui import format as f
from lib.ui import html, shell, words
from lib.ui.charts import plain, safe_csv
from lib.ui.import_words import ENCODINGS, FILES, FORMATS, ROWS
from lib.ui.language import _, isolate, ngettext

LARGEST = 100 * 1024 * 1024
NEW = ""


def ask() -> None:
    """The file, and what it can not say itself. The outcome is kept for the page until the next file."""
    left, right = st.columns([3, 2], gap="large")
    html.draw("uploader.html", label=_("Choose a file"))
    with left:
        uploaded = st.file_uploader(
            _("Product file (CSV, TSV or XML)"), key="import_upload", on_change=_forget, max_upload_size=100
        )
        path = st.text_input(
            _("Or its place on this computer"), key="import_path", max_chars=1000, placeholder="~/products.csv"
        )
    with right:
        shop = _choose_shop()
        currency = st.selectbox(
            _("Currency of its prices"),
            [NEW, *CURRENCIES],
            key="import_currency",
            format_func=lambda code: code or _("As the file says"),
        )
        encoding = st.selectbox(
            _("How its text is written"),
            list(ENCODINGS),
            key="import_encoding",
            format_func=lambda name: _(ENCODINGS[name]),
        )
    chosen = uploaded is not None or bool(path and path.strip())
    if st.button(_("Import"), type="primary", key="import_go", disabled=not chosen, icon=":material/upload_file:"):
        _read(uploaded, path, shop, currency or None, encoding or None)


def _choose_shop() -> str | None:
    with open_database() as db:
        shops = {shop.id: shop.name for shop in list_shops(db)}
    return st.selectbox(
        _("Into which shop"),
        [None, *shops],
        key="import_shop",
        format_func=lambda key: _("A new shop, or the one it came to before") if key is None else shops[key],
    )


def _forget() -> None:
    st.session_state.pop("import_outcome", None)


def _read(uploaded, path: str | None, shop: str | None, currency: str | None, encoding: str | None) -> None:
    if uploaded is not None:
        data, name = uploaded.getvalue(), uploaded.name
    else:
        found = Path((path or "").strip()).expanduser()
        try:
            if found.stat().st_size > LARGEST:
                st.error(plain(words.say(FILES, "too_large")))
                return
            data, name = found.read_bytes(), found.name
        except OSError:
            st.error(_("There is no readable file at this place. Nothing was changed."))
            return
    with st.spinner(_("Reading the file")), open_database() as db:
        outcome = import_file(db, data, name, now=shell.now(), shop=shop, currency=currency, encoding=encoding)
    st.session_state["import_outcome"] = (outcome, name)


def report() -> None:
    """What became of the last file."""
    kept = st.session_state.get("import_outcome")
    if kept is None:
        return
    outcome, name = kept
    if isinstance(outcome, CurrencyNeeded):
        st.warning(
            _("The file does not say the currency of its prices. Choose it above and press Import again.")
            + " "
            + _("Nothing was changed.")
        )
    elif isinstance(outcome, Unreadable):
        _not_read(outcome)
    else:
        _imported(outcome, name)


def _not_read(outcome: Unreadable) -> None:
    st.error(plain(words.say(FILES, outcome.code)) + " " + _("Nothing was changed."))
    if outcome.header:
        html.draw(
            "header_found.html",
            title=_("The header of the file was:"),
            cells=[cell[:80] for cell in outcome.header[:60]],
            hint=_("We read Meta and Google product feeds, Shopify exports and WooCommerce exports."),
        )


def _imported(outcome: ImportReport, name: str) -> None:
    rows = ngettext("{n} row", "{n} rows", outcome.rows_read)
    became = ngettext("{n} item", "{n} items", outcome.items)
    html.draw(
        "import_report.html",
        headline=_("{rows} became {items}", rows=rows, items=became),
        source=_("{file}, read as {format}", file=isolate(name), format=words.say(FORMATS, outcome.format)),
        sums=[
            (f.count(outcome.rows_read), _("rows read"), ""),
            (f.count(outcome.accepted), _("accepted"), "conversations"),
            (f.count(outcome.skipped), _("skipped"), ""),
            (f.count(outcome.rejected_rows), _("left out"), "lost" if outcome.rejected_rows else ""),
        ],
        changed=_change(outcome),
        skipped=[(words.say(ROWS, code), f.count(n)) for code, n in outcome.skipped_why.items()],
        advertisable=ngettext("{n} item can be advertised", "{n} items can be advertised", outcome.advertisable),
        not_advertisable=[
            (words.say(words.NOT_ADVERTISABLE, code), f.count(n)) for code, n in outcome.not_advertisable.items()
        ],
    )
    _rejected(outcome)
    _pictures(outcome)
    with st.container(horizontal=True):
        if outcome.items and st.button(_("Open the catalog"), type="primary", key="import_open"):
            st.session_state["shop_wanted"] = outcome.shop_id
            shell.go("catalog")
        st.download_button(
            _("Save the report"),
            json.dumps(report_json(outcome), ensure_ascii=False, indent=1),
            file_name="import-report.json",
            mime="application/json",
            key="import_report_json",
            on_click="ignore",
        )


def _pictures(outcome: ImportReport) -> None:
    """Pictures stay where the file says until someone asks for them; the items count as pictured all the same."""
    with open_database() as db:
        missing = missing_pictures(all_items(db, outcome.shop_id))
    if not missing:
        return
    label = ngettext("Fetch {n} picture", "Fetch {n} pictures", len(missing))
    if not st.button(label, key="import_pictures", icon=":material/download:"):
        return
    bar = st.progress(0.0, text=_("Fetching pictures"))
    with open_database() as db:
        fetched = fetch_pictures(
            db, missing, shell.now(), progress=lambda done, all_: bar.progress(done / all_, text=_("Fetching pictures"))
        )
    bar.empty()
    problems = Counter(one.problem for one in fetched if one.problem)
    kept = ngettext("{n} picture is here.", "{n} pictures are here.", len(fetched) - problems.total())
    if not problems:
        st.success(kept)
        return
    why = " ".join(f"{words.say(words.PICTURE_PROBLEMS, code)} ({f.count(n)})" for code, n in problems.most_common(3))
    others = _("The others could not be fetched; their items can be advertised all the same.")
    st.warning(plain(f"{kept} {others} {why}"))


def _change(outcome: ImportReport) -> str:
    if not (outcome.added or outcome.changed or outcome.removed):
        return _("Nothing changed: the shop holds these items already.")
    return _(
        "{shop}: {added} new, {changed} changed, {unchanged} as before.",
        shop=isolate(outcome.shop_name),
        added=f.count(outcome.added),
        changed=f.count(outcome.changed),
        unchanged=f.count(outcome.unchanged),
    )


def _rejected(outcome: ImportReport) -> None:
    if not outcome.rejected:
        return
    title = _("Rows that were left out, and what to do")
    st.markdown(f"**{plain(title)}**")
    table = pd.DataFrame(
        {
            _("Line"): [problem.line for problem in outcome.rejected],
            _("Column"): [problem.column for problem in outcome.rejected],
            _("What is wrong"): [words.say(ROWS, problem.code) for problem in outcome.rejected],
            _("What stands there"): [problem.excerpt for problem in outcome.rejected],
        }
    )
    st.dataframe(table, hide_index=True, key="import_rejected", height=min(38 * len(table) + 40, 420))
    st.download_button(
        _("Save as CSV"),
        data=lambda: safe_csv(table),
        file_name="rows-left-out.csv",
        mime="text/csv",
        key="import_rejected_csv",
        on_click="ignore",
    )
