"""The Runs page as its script draws it."""

from pathlib import Path

from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df
from streamlit.testing.v1 import AppTest

# Runs first, so that it opens; Train, so that links to it lead somewhere.
APP = f"""
from pathlib import Path
import streamlit as st
pages = Path({str(Path(__file__).parents[2] / "pages")!r})
st.navigation([st.Page(pages / f"{{name}}.py") for name in ("runs", "train")]).run()
"""


def opened(**query: str | list[str]) -> AppTest:
    page = AppTest.from_string(APP, default_timeout=60)
    for key, value in query.items():
        page.query_params[key] = value
    page.run()
    assert not page.exception
    return page


def listed(page: AppTest, column: str = "title") -> list[object]:
    """What the table has in a column; empty where it has none of that name."""
    frame = page.dataframe[0].value
    return list(frame[column]) if column in frame else []


def told(page: AppTest, column: str) -> list[str]:
    """The words that a column shows."""
    styler = page.dataframe[0].proto.arrow_data.styler
    return list(convert_arrow_bytes_to_pandas_df(styler.display_values)[column])
