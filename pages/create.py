from lib.ui.shell import enter_page

enter_page()

import streamlit as st

from lib.ui import create_page, shell
from lib.ui.create_draft import NothingToWrite, arrive

try:
    work = arrive()
except NothingToWrite as missing:
    create_page.nothing_here(missing.what)
    st.stop()

shell.keep_in_link(shop=work.shop.id)
create_page.head(work)
create_page.studio()
