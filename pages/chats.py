from lib.ui.shell import enter_page

enter_page()

import streamlit as st

from lib.ui import chats_numbers, chats_page, shell, turn_page
from lib.ui.language import _

shop = shell.require_shop()
st.title(_("Chats"), anchor=False)
chats_page.draw_styles()
launch = turn_page.playable(shop)
turn = turn_page.running_turn(launch)
if launch and turn:
    turn_page.draw_turn(shop, launch, turn)
    st.stop()
if launch:
    turn_page.draw_invitation(launch)
chats_page.draw_inbox(shop)
chats_numbers.draw_numbers(shop)
