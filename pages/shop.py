from lib.ui.shell import enter_page

enter_page()

import streamlit as st

from lib.ui import shell, shop_view
from lib.ui.charts import plain
from lib.ui.language import _

shop = shell.require_shop()
st.title(_("Shop settings"), anchor=False)
st.caption(plain(shop.name))
shop_view.say_saved(shop)
shop_view.draw(shop)
