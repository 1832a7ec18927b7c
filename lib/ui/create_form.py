"""The form of an ad: what it says, the chat it opens, where and to whom it is shown."""

from functools import partial

import streamlit as st

from lib.ads import placements as limits
from lib.ads.checks import AGES, Check
from lib.ads.draft import Focus
from lib.ads.writer import LANGUAGES as AD_LANGUAGES
from lib.ads.writer import with_second_creative
from lib.ui import check_words, create_money, shell, words
from lib.ui import format as f
from lib.ui.charts import plain
from lib.ui.components.live_lever import live_lever
from lib.ui.components.live_text import live_text
from lib.ui.create_draft import Work, speak
from lib.ui.language import LANGUAGES, _, current

Checks = tuple[Check, ...]
FOCUS_STEPS = range(0, 101, 5)


def draw(work: Work, checks: Checks) -> None:
    check_words.draw(checks, "item", "currency")
    _says(work, checks)
    _chat(work, checks)
    _people(work, checks)
    create_money.draw(work, checks)


def _heading(text: str) -> None:
    st.subheader(text, anchor=False)


def _text(
    work: Work,
    checks: Checks,
    path: str,
    label: str,
    value: str,
    *,
    lines: int = 1,
    limit: int | None = None,
    note: str = "",
) -> None:
    live_text(
        label,
        value,
        key=f"create-{work.draft.id}-{path}",
        lines=lines,
        limit=limit,
        note=note,
        troubles=check_words.troubles(checks, path),
        version=work.versions[path],
        on_change=partial(work.set, path),
    )


def _choose(work: Work, path: str, key: str) -> None:
    """Takes over what a widget of Streamlit's own holds."""
    value = st.session_state[key]
    work.set(path, tuple(value) if isinstance(value, list) else value)


def _says(work: Work, checks: Checks) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        _heading(_("What the ad says"))
        _language(work)
    _versions(work, checks)
    i = work.creative
    creative = work.draft.creatives[i]
    at = f"creatives.{i}"
    shown = limits.PLACEMENTS["facebook_feed"]
    _text(work, checks, f"{at}.primary_text", _("Text"), creative.primary_text, lines=4, limit=shown.primary_shown)
    _text(work, checks, f"{at}.headline", _("Headline"), creative.headline, limit=shown.headline_shown)
    _text(
        work,
        checks,
        f"{at}.description",
        _("Line under the headline"),
        creative.description,
        limit=shown.description_shown,
    )
    _picture(work, checks, at)


def _language(work: Work) -> None:
    key = work.key("language")

    def changed() -> None:
        if st.session_state[key] in AD_LANGUAGES and st.session_state[key] != work.draft.language:
            speak(work, st.session_state[key])

    st.segmented_control(
        _("Language of the ad"),
        list(LANGUAGES),
        key=key,
        default=work.draft.language,
        format_func=LANGUAGES.__getitem__,
        required=True,
        label_visibility="collapsed",
        on_change=changed,
    )


def _versions(work: Work, checks: Checks) -> None:
    """One version, or two against each other."""
    if len(work.draft.creatives) == 1:
        st.button(
            _("Try a second version against it"),
            key=work.key("second"),
            icon=":material/add:",
            type="tertiary",
            on_click=_add_second,
            args=(work,),
        )
        return
    key = work.key("version")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.segmented_control(
            _("Version"),
            [0, 1],
            key=key,
            default=work.creative,
            format_func=lambda i: _("Version {name}", name=work.draft.creatives[i].name),
            required=True,
            label_visibility="collapsed",
            on_change=lambda: setattr(work, "creative", int(st.session_state[key])),
        )
        st.button(
            _("Take {name} out", name=plain(work.draft.creatives[work.creative].name)),
            key=work.key("out"),
            type="tertiary",
            on_click=_take_out,
            args=(work,),
        )
    check_words.draw(checks, "creatives", "creatives.1", f"creatives.{work.creative}.name")


def _add_second(work: Work) -> None:
    work.replace(with_second_creative(work.draft, work.shop, work.item, shell.now()))
    work.creative = 1


def _take_out(work: Work) -> None:
    stays = work.draft.creatives[1 - work.creative].model_copy(update={"name": "A"})
    work.creative = 0
    work.replace(work.draft.model_copy(update={"creatives": (stays,)}))


def _picture(work: Work, checks: Checks, at: str) -> None:
    creative = work.draft.creatives[work.creative]
    pictures = {p.name or p.url: p for p in work.item.pictures}
    if len(pictures) > 1:
        key = work.key(f"picture{work.creative}")
        names = list(pictures)
        mine = creative.picture or creative.picture_url

        def changed() -> None:
            chosen = pictures.get(st.session_state[key])
            if chosen:
                work.set(f"{at}.picture", chosen.name)
                work.set(f"{at}.picture_url", chosen.url)

        st.segmented_control(
            _("Picture"),
            names,
            key=key,
            default=mine if mine in pictures else None,
            format_func=lambda name: f.count(names.index(name) + 1),
            on_change=changed,
        )
    check_words.draw(checks, f"{at}.picture")
    if creative.picture:
        _crop(work)


def _crop(work: Work) -> None:
    """Which part of the picture stays in sight where the placement on the phone crops it."""
    i, placement = work.creative, work.shown
    if placement not in limits.PLACEMENTS:
        return
    x, y = work.draft.creatives[i].focus_at(placement)
    where = words.say(words.PLACEMENTS, placement)
    for column, axis, label, value, ends in zip(
        st.columns(2, gap="medium"),
        ("x", "y"),
        (_("Crop sideways"), _("Crop up and down")),
        (x, y),
        ((_("left"), _("right")), (_("top"), _("bottom"))),
        strict=True,
    ):
        with column:
            live_lever(
                label,
                [f.percent(step / 100, 0) for step in FOCUS_STEPS],
                round(value / 5),
                key=f"create-{work.draft.id}-focus-{i}-{placement}-{axis}",
                note=where,
                ends=ends,
                version=work.versions[f"creatives.{i}.focus"],
                mirrored=False,
                on_change=partial(_look_at, work, placement, axis),
            )


def _look_at(work: Work, placement: str, axis: str, step: int) -> None:
    creative = work.draft.creatives[work.creative]
    x, y = creative.focus_at(placement)
    moved = (
        Focus(placement=placement, x=FOCUS_STEPS[step], y=y)
        if axis == "x"
        else Focus(placement=placement, x=x, y=FOCUS_STEPS[step])
    )
    others = tuple(one for one in creative.focus if one.placement != placement)
    work.set(f"creatives.{work.creative}.focus", (*others, moved))


def _chat(work: Work, checks: Checks) -> None:
    welcome = work.draft.welcome
    _heading(_("The chat it opens"))
    _text(work, checks, "welcome.greeting", _("Your greeting"), welcome.greeting, lines=2, limit=limits.GREETING_MAX)
    key = work.key("welcome.opening")
    st.segmented_control(
        _("How the customer starts"),
        ["message", "questions"],
        key=key,
        default=welcome.opening,
        format_func=lambda code: {"message": _("With a message"), "questions": _("With questions to tap")}[code],
        required=True,
        on_change=_choose,
        args=(work, "welcome.opening", key),
    )
    if welcome.opening == "message":
        _text(
            work,
            checks,
            "welcome.prefilled",
            _("Message already typed for them"),
            welcome.prefilled,
            lines=2,
            limit=limits.PREFILLED_MAX,
        )
        return
    for i, question in enumerate(welcome.ice_breakers):
        _text(
            work,
            checks,
            f"welcome.ice_breakers.{i}",
            _("Question {n}", n=f.count(i + 1)),
            question,
            limit=limits.ICE_BREAKER_MAX,
        )
    check_words.draw(checks, "welcome.ice_breakers")
    with st.container(horizontal=True):
        if len(welcome.ice_breakers) < limits.ICE_BREAKERS_MAX:
            st.button(
                _("Add a question"),
                key=work.key("more"),
                type="tertiary",
                icon=":material/add:",
                on_click=_questions,
                args=(work, (*welcome.ice_breakers, "")),
            )
        if welcome.ice_breakers:
            st.button(
                _("Take the last one out"),
                key=work.key("fewer"),
                type="tertiary",
                on_click=_questions,
                args=(work, welcome.ice_breakers[:-1]),
            )


def _questions(work: Work, questions: tuple[str, ...]) -> None:
    work.set("welcome.ice_breakers", questions)
    work.versions[f"welcome.ice_breakers.{len(questions) - 1}"] += 1


def _people(work: Work, checks: Checks) -> None:
    _heading(_("Where and to whom"))
    key = work.key("placements")
    st.pills(
        _("Places"),
        list(limits.PLACEMENT_IDS),
        key=key,
        selection_mode="multi",
        default=[p for p in work.draft.placements if p in limits.PLACEMENTS],
        format_func=lambda code: words.say(words.PLACEMENTS, code),
        on_change=_choose,
        args=(work, "placements", key),
        wrap=True,
    )
    check_words.draw(checks, "placements")
    audience = work.draft.audience
    names = check_words.country_names(current())
    key = work.key("audience.countries")
    st.multiselect(
        _("Countries"),
        list(names),
        key=key,
        default=[c for c in audience.countries if c in names],
        format_func=names.__getitem__,
        placeholder=_("Choose countries"),
        on_change=_choose,
        args=(work, "audience.countries", key),
    )
    check_words.draw(checks, "audience.countries", "audience", "special_ad_categories")
    ages, genders = st.columns(2, gap="medium")
    with ages:
        _ages(work, checks)
    with genders:
        _genders(work, checks)


def _ages(work: Work, checks: Checks) -> None:
    key = work.key("audience.ages")
    low, high = AGES
    audience = work.draft.audience

    def changed() -> None:
        youngest, oldest = st.session_state[key]
        work.set("audience", work.draft.audience.model_copy(update={"age_min": youngest, "age_max": oldest}))

    st.select_slider(
        _("Ages"),
        range(low, high + 1),
        value=(min(max(audience.age_min, low), high), min(max(audience.age_max, low), high)),
        key=key,
        format_func=lambda age: f"{f.count(age)}+" if age == high else f.count(age),
        on_change=changed,
    )
    check_words.draw(checks, "audience.age_min", "audience.age_max")


def _genders(work: Work, checks: Checks) -> None:
    key = work.key("audience.genders")
    names = {"all": _("Everyone"), "female": _("Women"), "male": _("Men")}
    mine = work.draft.audience.genders
    st.segmented_control(
        _("Who"),
        list(names),
        key=key,
        default=mine[0] if len(mine) == 1 and mine[0] in names else "all",
        format_func=names.__getitem__,
        required=True,
        on_change=lambda: work.set(
            "audience.genders", ("female", "male") if st.session_state[key] == "all" else (st.session_state[key],)
        ),
    )
    check_words.draw(checks, "audience.genders")
