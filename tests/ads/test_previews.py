import re
from html.parser import HTMLParser

import pytest

from lib.ads import previews
from lib.ads.draft import Focus, Welcome
from lib.ads.placements import PLACEMENTS
from lib.ads.previews import CHAT, LABELS, SURFACES, render
from tests.ads.examples import a_draft, a_shop, an_item

MARK = {name: f"[{name}]" for name in LABELS}
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "</style><iframe srcdoc='<script>1</script>'>",
    "{{ 7*7 }}{% raw %}",
    "<!--",
    "javascript:alert(1)",
    "</div></div></div><form action=//evil.example>",
]


def drawn(
    draft=None, surface=CHAT, *, shop=None, item=None, index=0, language="en", dark=False, chat="opened", labels=MARK
):
    return render(
        draft or a_draft(), index, surface, shop or a_shop(), item or an_item(),
        labels=labels, ui_language=language, dark=dark, chat=chat,
    )  # fmt: skip


class Skeleton(HTMLParser):
    """Tags with the names of their attributes, and the text between them."""

    def __init__(self, markup):
        super().__init__(convert_charrefs=True)
        self.tags, self.text, self.open, self.attributes = [], [], [], []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, tuple(sorted(name for name, _ in attrs))))
        self.attributes += attrs
        self.open.append(tag)

    def handle_data(self, data):
        if "style" not in self.open[-1:]:
            self.text.append(data)

    def handle_endtag(self, tag):
        while self.open and self.open.pop() != tag:
            pass

    @property
    def words(self):
        return " ".join("".join(self.text).split())


def with_text(text, picture="mug.webp"):
    creative = (
        a_draft()
        .creatives[0]
        .model_copy(update=dict(primary_text=text, headline=text, description=text, picture=picture))
    )
    asked = Welcome(greeting=text, prefilled=text, ice_breakers=(text,), opening="questions")
    typed = asked.model_copy(update={"opening": "message"})
    return [a_draft(creatives=(creative,), name=text, welcome=welcome) for welcome in (asked, typed)]


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("hostile", HOSTILE)
def test_text_of_shop_and_catalog_is_never_markup(surface, hostile):
    settings = a_shop().settings.model_copy(update={"whatsapp_name": hostile[:90]})
    for picture in ("mug.webp", ""):
        # a plain twin of the same shape: whatever the hostile text says, the tags must be those of the twin
        plain = "x" * len(hostile)
        for bad, good in zip(with_text(hostile, picture), with_text(plain, picture), strict=True):
            for chat in ("opened", "sent"):
                markup = drawn(
                    bad,
                    surface,
                    shop=a_shop(name=hostile[:90], settings=settings),
                    item=an_item(title=hostile),
                    chat=chat,
                )
                calm = drawn(good, surface, item=an_item(title=plain), chat=chat)
                assert Skeleton(markup).tags == Skeleton(calm).tags


@pytest.mark.parametrize(
    "name", ['x" onerror="alert(1)', "../../etc/passwd", "a b.webp", "https://evil.example/a.png", "", "x'y", ".hidden"]
)
def test_only_a_plain_file_name_becomes_an_address(name):
    markup = drawn(with_text("Mug", name)[0], "facebook_feed")
    assert "<img" not in markup
    assert "no-picture" in markup


def test_a_picture_is_shown_where_the_app_serves_it_and_looked_at_where_one_said():
    creative = a_draft().creatives[0].model_copy(update={"focus": (Focus(placement="instagram_story", x=20, y=75),)})
    draft = a_draft(creatives=(creative,))
    assert '<img src="/pictures/mug.webp"' in drawn(draft, "instagram_story")
    assert "object-position:20% 75%" in drawn(draft, "instagram_story")
    assert "object-position:50% 50%" in drawn(draft, "facebook_feed")


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ar", "rtl")])
@pytest.mark.parametrize("dark", [False, True])
def test_every_surface_draws_in_both_languages_and_both_lights(surface, language, direction, dark):
    markup = drawn(surface=surface, language=language, dark=dark)
    assert f'dir="{direction}" lang="{language}"' in markup
    assert ('class="pv dark' in markup) == dark
    assert "[preview]" in markup
    assert not re.search(r"(margin|padding|border)-(left|right)|text-align: ?(left|right)|float:", markup)


def test_a_surface_brings_its_style_and_nothing_from_elsewhere():
    for surface in SURFACES:
        markup = drawn(surface=surface)
        assert markup.lstrip().startswith("<style>")
        addresses = [value for name, value in Skeleton(markup).attributes if name in ("src", "href", "action")]
        assert addresses == ["/pictures/mug.webp"]
        assert "url(" not in markup
        assert "@import" not in markup


@pytest.mark.parametrize("surface", PLACEMENTS)
def test_words_are_cut_where_the_surface_cuts_them(surface):
    limit = PLACEMENTS[surface].primary_shown
    exact = "م" * limit
    for text, shown, more in ((exact, exact, False), (exact + "ن", exact, True)):
        words = Skeleton(drawn(with_text(text)[0], surface)).words
        assert shown in words
        assert "ن" not in words
        assert ("[more]" in words) == more


def test_many_short_lines_are_cut_as_well():
    words = Skeleton(drawn(with_text("a\nb\nc\nd\ne")[0], "instagram_feed")).words
    assert "[more]" in words
    assert "a b c d…" in words


def test_a_long_headline_ends_with_an_ellipsis():
    assert "x" * 39 + "…" in drawn(with_text("x" * 50)[0], "facebook_feed")


def test_the_chat_opens_with_the_message_typed_and_is_sent_with_a_tap():
    opened = Skeleton(drawn()).words
    assert "Is the stoneware mug there?" in opened
    assert "[message]" not in opened
    sent = Skeleton(drawn(chat="sent")).words
    assert sent.index("Is the stoneware mug there?") < sent.index("Welcome") < sent.index("[message]")


def test_questions_take_the_place_of_the_typed_message():
    draft = a_draft(welcome=a_draft().welcome.model_copy(update={"opening": "questions"}))
    words = Skeleton(drawn(draft)).words
    assert "How much is delivery?" in words
    assert "[message]" in words
    assert "Is the stoneware mug there?" not in words


def test_the_chat_shows_the_ad_it_came_from():
    words = Skeleton(drawn()).words
    assert words.index("[from_ad]") < words.index("Stoneware mug") < words.index("A mug for 180 EGP.")


def test_each_creative_is_drawn_as_itself():
    second = a_draft().creatives[0].model_copy(update={"name": "B", "headline": "Another one"})
    draft = a_draft(creatives=(*a_draft().creatives, second))
    assert "Another one" not in drawn(draft, "facebook_feed")
    assert "Another one" in drawn(draft, "facebook_feed", index=1)


def test_no_word_of_the_surface_is_written_in_the_renderer():
    for surface in SURFACES:
        empty = a_draft(creatives=(a_draft().creatives[0].model_copy(update=dict(primary_text="", headline="")),))
        blank = dict.fromkeys(LABELS, "")
        quiet = empty.model_copy(update={"welcome": Welcome(greeting="", prefilled="")})
        words = Skeleton(drawn(quiet, surface, labels=blank)).words
        assert set(re.findall(r"\w+", words.replace("Nile House", ""))) <= {"N", "9", "41"}


def test_a_missing_label_and_an_unknown_surface_are_errors():
    with pytest.raises(KeyError):
        drawn(surface="facebook_feed", labels={})
    with pytest.raises(KeyError):
        drawn(surface="whatsapp_status")


def test_the_pictures_ratio_is_the_placements():
    style = drawn(surface="facebook_feed")
    assert re.search(r"\.pv \.feed \{ width: 336px; height: 420px", style)
    assert re.search(r"\.full-bleed \{[^}]*width: 336px; height: 597px", style)
    for surface, place in PLACEMENTS.items():
        width, height = place.ratio
        tall = 336 * height / width
        assert round(tall) == (420 if surface.endswith("feed") else 597)
    assert previews.CHAT not in PLACEMENTS
