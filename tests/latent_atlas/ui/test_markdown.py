"""Text that is not ours, as the pages show it."""

import re

import pytest
from markdown_it import MarkdownIt
from streamlit.testing.v1 import AppTest

from latent_atlas.places import PAGES
from latent_atlas.ui.markdown import LONGEST, escaped, escaped_message, name, quoted

TEXTS = [
    "[a](b)",
    "![a](b)",
    "*bold* _thin_ ~~gone~~",
    "`code`",
    "# heading",
    "- item",
    "+ item",
    "3. item",
    "3) item",
    "<b>x</b>",
    "<https://a.example>",
    "&lt;",
    "a\n===",
    "> said",
    r"a\b",
]


@pytest.mark.parametrize("text", TEXTS)
def test_markdown_shows_the_very_text_and_makes_nothing_of_it(text: str) -> None:
    parsed = MarkdownIt().parse(escaped(text))
    assert [token.type for token in parsed] == ["paragraph_open", "inline", "paragraph_close"]
    parts = parsed[1].children or []
    assert {part.type for part in parts} <= {"text", "text_special", "softbreak"}
    assert "".join("\n" if p.type == "softbreak" else p.content for p in parts) == text


def test_what_streamlit_and_github_add_to_markdown_is_text_too() -> None:
    assert escaped(":red[x] $y$ :material/bolt:") == r"\:red\[x\] \$y\$ \:material/bolt\:"
    assert escaped("www.a.example a@b.example") == r"www\.a.example a\@b.example"


def test_a_message_keeps_its_code_and_nothing_else() -> None:
    assert escaped_message("Run `a_b --c` on *x*.") == r"Run `a_b --c` on \*x\*."
    assert escaped_message("a ` b*") == r"a \` b\*"


def test_what_is_quoted_is_bounded_and_a_name_keeps_its_direction() -> None:
    assert quoted("run:gone") == r"“run\:gone”"
    assert len(quoted("x" * 5000)) == LONGEST + 2
    assert name("رسوم") == "\u2068رسوم\u2069"


@pytest.mark.parametrize("page", ["explore", "reconstruct"])
def test_a_model_that_a_link_names_is_no_order_to_the_page(page: str) -> None:
    app = AppTest.from_file(str(PAGES / f"{page}.py"), default_timeout=60)
    app.query_params["model"] = ":red[**big**] ![](https://a.example/x.png)" + "x" * 5000
    app.query_params["twin"] = "$y$ <b>"
    app.run()
    assert not app.exception
    told = [each.value for each in app.caption if "There is no model" in each.value]
    assert told
    assert all(len(each) < 250 for each in told)
    assert not any(re.search(r"(?<!\\)[\[\]$<>*]", each) for each in told)


def test_what_somebody_asked_for_turns_none_of_the_words_around_it() -> None:
    assert quoted("ab\u202exyz") == "“ab�xyz”"
    assert len(quoted("x" * 500)) == LONGEST + 2
