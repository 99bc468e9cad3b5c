"""Image by image: originals, what comes back of them, and each one's nats."""

import streamlit as st

from latent_atlas.reports.data_words import about_targets
from latent_atlas.reports.data_words import targets as targets_of
from latent_atlas.stored_models import recorded_test
from latent_atlas.ui import address
from latent_atlas.ui.catalog import loaded
from latent_atlas.ui.markdown import escaped
from latent_atlas.ui.reconstruct import words
from latent_atlas.ui.reconstruct.comparison import Comparison
from latent_atlas.ui.reconstruct.finding import LONGEST, both, found, of_class
from latent_atlas.ui.reconstruct.image_facts import facts_address
from latent_atlas.ui.reconstruct.measure import mean_floor, measured
from latent_atlas.ui.reconstruct.nearness import distances
from latent_atlas.ui.reconstruct.order import (
    TITLES,
    Order,
    Ranks,
    arranged,
    page_holding,
    page_of,
)
from latent_atlas.ui.reconstruct.pictures import DRAWN, KINDS
from latent_atlas.ui.reconstruct.rows import (
    WITH_ERRORS,
    Measured,
    mean_nats,
    names_of_classes,
    paired,
    wall_data,
)
from latent_atlas.ui.reconstruct.state import draw_again, number, show_near, shuffle
from latent_atlas.ui.reconstruct.view import Kept, View
from latent_atlas.ui.reconstruct.wall import wall
from latent_atlas.ui.widget_values import held
from vae_core.evaluation import over_draws
from vae_core.sentences import counted

CARDS = 24
ALL = "All classes"


def title(comparison: Comparison) -> str:
    """How many numbers the images go through, or how many models they are put to."""
    first, *others = comparison.columns
    relation = first.kinship.relation
    if others and relation not in ("other", "unknown"):
        return f"What {counted(len(comparison.columns), 'model')} keep of an image"
    architecture = first.vae.architecture
    return words.title(architecture.latent_dim, architecture.image_shape, relation)


def draw(comparison: Comparison) -> Kept:
    """The wall of images, and the ledger of the one that is selected."""
    data, split, treatment = comparison.data, comparison.split, comparison.treatment
    entry = comparison.columns[0].entry
    said = st.container(gap="xsmall")
    controls = st.container(horizontal=True, vertical_alignment="center", gap="xsmall")

    # ---- Every image measured once; then only picked from ----------------------------------------
    with st.skeleton(height=480):
        columns = [_measured(comparison, place) for place in range(len(comparison.columns))]
        near = number("near", -1)
        distance = distances(comparison, near) if 0 <= near < len(split) else None
    first, *others = comparable = [each for each in columns if each.compares_with(columns[0])]
    ranks = Ranks([-each.bounds.elbo for each in comparable], first.bounds.rate, distance)

    # ---- What to see of them ---------------------------------------------------------------------
    with controls:
        order: Order = st.selectbox(
            "Order",
            ranks.orders(),
            format_func=lambda name: f"Nearest to {near}" if name == "near" else TITLES[name],
            key="sort",
            bind="query-params",
            label_visibility="collapsed",
            width=176,
        )
        wanted = ALL
        if classes := names_of_classes(split.labels, data.class_names):
            wanted = st.selectbox(
                "Class",
                [ALL, *classes],
                key="class",
                bind="query-params",
                label_visibility="collapsed",
                width=128,
            )
        searched = st.text_input(
            "Find",
            held("find", ""),
            placeholder="Find: 12, or a class",
            max_chars=LONGEST,
            key="find",
            bind="query-params",
            label_visibility="collapsed",
            width=168,
        )
        st.button("Shuffle", icon=":material/shuffle:", key="shuffle", on_click=shuffle)
        picture = st.segmented_control(
            "Picture",
            KINDS,
            default=KINDS[0],
            required=True,
            key="picture",
            bind="query-params",
            label_visibility="collapsed",
        )
        if picture in DRAWN:
            st.button("Draw again", icon=":material/casino:", key="draw-again", on_click=draw_again)
    of_that = of_class(split, None if wanted == ALL else data.class_names.index(wanted))
    among = both(of_that, found(searched, data, split))
    indices = arranged(order, ranks, among, number("seed"))
    if not len(indices):
        said.info("No image here is meant by that search. Empty it to see all.")
        return {"image": None}
    in_class = "" if wanted == ALL else f" of class {escaped(wanted)}"
    channels, density = data.image_shape[0], first.density
    targets = targets_of(treatment, channels, density=density)
    means = [(escaped(c.title), mean_nats(c.bounds, indices)) for c in comparable]
    differences = [(escaped(c.title), paired(first.bounds, c.bounds, indices)) for c in others]
    draws = [(c.title, over_draws(c.draw_variance, len(indices))) for c in comparable]
    training = loaded(entry).training
    told_before = words.beside_the_record(
        entry.title,
        recorded_test(training, entry.digest),
        data,
        len(indices),
        treatment,
        shown=means[0][1],
    )
    with said:
        st.markdown(
            f"{escaped(data.title)} · {len(indices):,} {escaped(split.name)} images{in_class}, "
            f"{targets} · " + words.summary(means, differences)
        )
        st.caption(f"{escaped(words.how_sure(len(indices), draws))} {escaped(told_before)}")

    # ---- The wall, and the ledger of the image that is selected ----------------------------------
    stage = st.container()
    # A new order or class is seen from its start: the key holds them. A link opens where its image
    # is.
    arriving = f"wall-{address.turn()}" not in st.session_state
    linked = number("image", -1)
    cards = CARDS if len(columns) <= WITH_ERRORS else CARDS // 3
    page = st.pagination(
        max(1, -(-len(indices) // cards)),
        default=page_holding(indices, linked, cards) if arriving else 1,
        key=f"page {address.turn()} {entry.key} {data.name} {split.name} {order} {wanted} "
        f"{near} {searched} {number('seed')}",
    )
    shown = page_of(indices, page, cards)
    content = wall_data(
        split,
        shown,
        columns,
        treatment=treatment,
        class_names=data.class_names,
        kind=picture,
        draw=number("draw"),
        facts=[
            facts_address(each.entry.digest, data.name, split.name, treatment)
            for each in comparison.columns
        ],
    )
    with stage:
        selected = wall(content, linked, f"wall-{address.turn()}", show_near)
    image = linked if selected is None else selected if selected in shown else -1

    with st.expander("What this number is, and what it is not"):
        st.markdown(words.THE_NUMBER + words.NOT_THE_NUMBER)
        floor = mean_floor(data.name, split.name, split.images) if treatment == "grey" else None
        st.markdown(about_targets(treatment, channels, density=density, floor=floor))
    return {"image": str(image) if image >= 0 else None}


def _measured(comparison: Comparison, place: int) -> Measured:
    column, split = comparison.columns[place], comparison.split
    found = measured(
        column.entry.digest,
        comparison.data.name,
        split.name,
        comparison.treatment,
        column.vae,
        split.images,
    )
    return Measured(column.title, column.vae, found.bounds, found.draw_variance)


VIEW = View("images", "Image by image", 10, title, draw)
