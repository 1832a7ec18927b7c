from lib.ui.shell import enter_page

enter_page()

import streamlit as st

from lib.ui import import_view
from lib.ui.language import _

st.title(_("Import products"), anchor=False)
st.caption(_("From a Meta or Google product feed, a Shopify export or a WooCommerce export."))
import_view.ask()
import_view.report()
