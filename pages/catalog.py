from lib.ui.shell import enter_page

enter_page()

import streamlit as st

from lib.ui import catalog_view, shell
from lib.ui.charts import plain

shop = shell.require_shop()
st.title(plain(shop.name), anchor=False)
catalog_view.browse(shop)
