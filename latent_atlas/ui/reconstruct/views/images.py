"""Image by image: originals, what comes back of them, and each one's nats."""

from dataclasses import replace

import streamlit as st

from latent_atlas.reports.data_words import about_targets
from latent_atlas.ui.markdown import escaped, escaped_message
from latent_atlas.ui.reconstruct import words
from latent_atlas.ui.reconstruct.comparison import Comparison
from latent_atlas.ui.reconstruct.finding import NOTHING_MEANT
from latent_atlas.ui.reconstruct.images.controls import PARAMETERS, controls
from latent_atlas.ui.reconstruct.images.measured_split import measured_split
from latent_atlas.ui.reconstruct.images.said import say, say_beside, say_how_far, say_how_sure
from latent_atlas.ui.reconstruct.images.walls import split_wall
from latent_atlas.ui.reconstruct.measure import mean_floor
from latent_atlas.ui.reconstruct.order import TITLES, arranged
from latent_atlas.ui.reconstruct.parameters import image
from latent_atlas.ui.reconstruct.selection import SELECTION, say_selection
from latent_atlas.ui.reconstruct.state import number
from latent_atlas.ui.reconstruct.view import Kept, View


def title(comparison: Comparison) -> str:
    """How many numbers the images go through, or how many models they are put to."""
    first, *others = comparison.columns
    if others:
        return words.title_of_several([each.kinship.relation for each in comparison.columns])
    architecture = first.vae.architecture
    return words.title(architecture.latent_dim, architecture.image_shape, first.kinship.relation)


def draw(comparison: Comparison) -> Kept:
    """The wall of images, and the ledger of the one that is selected."""
    said, choices = st.container(gap="xsmall"), st.container()
    with st.skeleton(height=480):
        one = measured_split(comparison)
        ranks = one.ranks(number("near", -1))
    with choices:
        chosen = controls(comparison, ranks)
        say_selection(comparison)
    split, seed = comparison.split, number("seed")
    indices = arranged(chosen.order, ranks, chosen.among(comparison, split), seed)
    if not len(indices):
        said.info(NOTHING_MEANT)
        return {"image": None}
    with said:
        if one.problem:
            st.error(escaped_message(one.problem))
        elif one.complete:
            say(one, indices, chosen)
        else:
            say_how_far(one, TITLES[chosen.order] if ranks.waits(chosen.order) else "")
    selected = split_wall(one, indices, chosen, number("image", -1))

    if chosen.beside is not None:
        with st.skeleton(height=480):
            other = measured_split(replace(comparison, split=comparison.data.split(chosen.beside)))
        among = chosen.among(other.comparison, other.comparison.split)
        others = arranged(chosen.order, other.ranks(), among, seed)
        st.subheader(f"Beside them: {escaped(chosen.beside)}", anchor="beside")
        if len(others):
            if one.complete and other.complete:
                with said:
                    say_beside(one, indices, other, others)
            elif not other.complete:
                say_how_far(other, "")
            split_wall(other, others, chosen, -1)

    if one.complete:
        say_how_sure(one, indices)
    with st.expander("What this number is, and what it is not"):
        st.markdown(words.THE_NUMBER + words.NOT_THE_NUMBER)
        grey = comparison.treatment == "grey"
        floor = mean_floor(comparison.data.name, split.name, split.images) if grey else None
        channels, nats = comparison.data.image_shape[0], comparison.columns[0].nats
        st.markdown(about_targets(comparison.treatment, channels, nats=nats, floor=floor))
    return {"image": str(selected) if selected >= 0 else None}


VIEW = View(
    "images",
    "Image by image",
    10,
    title,
    draw,
    (image("image"), SELECTION, *PARAMETERS),
    guests=True,
)
