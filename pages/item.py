from lib.ui.shell import enter_page

enter_page()

import streamlit as st

from lib.ui import item_view, shell
from lib.ui.language import _

shop = shell.require_shop()
item = item_view.opened(shop)
if item is None:
    item_view.missing()
    st.stop()
shell.link("catalog", _("Catalog"), icon=":material/arrow_back:" if not shell.is_rtl() else ":material/arrow_forward:")
picture_side, fact_side = st.columns([5, 6], gap="large")
with picture_side:
    item_view.pictures(item)
with fact_side:
    item_view.facts(shop, item)
    item_view.variants(shop, item)
