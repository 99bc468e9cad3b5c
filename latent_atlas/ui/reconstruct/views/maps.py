"""Do the maps agree? One model's map laid on another's, and which images changed their company."""

# As in `paper/figure.py`: Plotly asks pandas about all that it draws once it finds it.
import pandas  # noqa: F401
import streamlit as st

from latent_atlas.reports.map_agreement import MapAgreement, agreement_plot
from latent_atlas.ui.markdown import escaped, escaped_message
from latent_atlas.ui.plotly_ink import put_ink
from latent_atlas.ui.reconstruct.comparison import Comparison, letter
from latent_atlas.ui.reconstruct.maps import words
from latent_atlas.ui.reconstruct.maps.comparing import Agreement, compared, figure_data
from latent_atlas.ui.reconstruct.maps.movers import headline, movers
from latent_atlas.ui.reconstruct.maps.survival import survival
from latent_atlas.ui.reconstruct.parameters import Parameter, choose, image, segments
from latent_atlas.ui.reconstruct.state import number
from latent_atlas.ui.reconstruct.view import Kept, View
from vae_core.errors import AtlasError
from vae_core.evaluation import over_images
from vae_core.sentences import counted

HEIGHT = 560  # pixels
_CHART = "maps-chart"
# In the address: two columns by their letters, and the image whose arrow was chosen.
_MAP, _ONTO, _MOVED = "map", "onto", "moved"


def title(comparison: Comparison) -> str:
    """What there is to see."""
    if len(comparison.columns) < 2:
        return "A map alone agrees with itself"
    return "Which images have other neighbours in the other map"


def draw(comparison: Comparison) -> Kept:
    """Two maps on each other, the numbers, the images that moved; and what survives retraining."""
    columns = comparison.columns
    if len(columns) < 2:
        st.info(escaped_message(words.too_few(columns[0].title)))
        return {}
    pair = _pair(len(columns))
    first, second = (columns[place] for place in pair)
    letters = letter(pair[0]), letter(pair[1])
    chosen = number(_MOVED, -1)
    try:
        with st.skeleton(height=HEIGHT):
            agreement = compared(comparison, first, second)
    except AtlasError as problem:
        st.info(escaped_message(str(problem)))
        return {}
    _told(agreement, escaped(first.title), escaped(second.title))
    images = len(agreement.index), len(comparison.split)
    st.caption(words.rule(*images, agreement.dims, letters))
    data = figure_data(agreement, comparison, letters)
    if data.arrows:
        drawn, listed = st.columns(2, gap="medium")
        with drawn:
            _chart(data, chosen)
        with listed:
            told, alike = headline(agreement)
            st.markdown(f"**{told}**")
            st.caption(f"{alike} {words.OUTLINED}".strip())
            st.html(movers(agreement, comparison, letters, chosen))
    else:
        st.markdown(words.nothing_changed(agreement.company.k))
    survival(comparison, first)
    there = any(arrow.image == chosen for arrow in data.arrows)
    return {_MOVED: str(chosen) if there else None}


def _pair(count: int) -> tuple[int, int]:
    """Draw the choice of the two columns, by their letters; two of `count` need none."""
    if count == 2:
        return 0, 1
    letters = {letter(place): letter(place) for place in range(count)}
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        chosen = [
            segments(name, label, letters, usual=usual, shown=True)
            for label, usual, name in (("The map of", "A", _MAP), ("and, on it, of", "B", _ONTO))
        ]
    one, other = (list(letters).index(each) for each in chosen)
    return one, other if other != one else (one + 1) % count


def _letter_of_a_column(name: str, usual: str) -> Parameter:
    def read(text: str, comparison: Comparison) -> str | None:
        letters = [letter(place) for place in range(len(comparison.columns))]
        return text if text in letters and text != usual and len(letters) > 2 else None

    return Parameter(name, read)


def _told(agreement: Agreement, first: str, second: str) -> None:
    alignment, company = agreement.alignment, agreement.company
    share = float(company.shares.mean())
    st.markdown(words.shape(alignment, over_images(alignment.pulls), first, second))
    st.markdown(words.neighbours(share, over_images(company.shares), company.k, company.chance))


def _chart(data: MapAgreement, chosen: int) -> None:
    figure = agreement_plot(data, chosen=chosen)
    put_ink(figure["layout"])
    st.plotly_chart(
        figure,
        height=HEIGHT,
        key=_CHART,
        config={"displayModeBar": False, "scrollZoom": False, "doubleClick": False},
        on_select=_pick,
        selection_mode="points",
        alt=f"{counted(len(data.arrows), 'image')} with other neighbours, as arrows",
    )


def _pick() -> None:
    """Callback: the image of the arrow that was clicked stands first in the list."""
    points = st.session_state[_CHART].selection.points
    if points and (told := points[0].get("customdata")) is not None:
        image = told[0] if isinstance(told, list) else told
        choose(_MOVED, str(int(image)))


VIEW = View(
    "maps",
    "Do the maps agree?",
    70,
    title,
    draw,
    (_letter_of_a_column(_MAP, "A"), _letter_of_a_column(_ONTO, "B"), image(_MOVED)),
)
