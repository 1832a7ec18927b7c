from lib.ui.shell import enter_page

enter_page()

import streamlit as st

from lib.ui import chats_page, shell
from lib.ui.language import _

shop = shell.require_shop()
st.title(_("Chats"), anchor=False)
chats_page.draw_inbox(shop)
