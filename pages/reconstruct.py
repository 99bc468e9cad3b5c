"""Reconstruct: images, what comes back of them through the latent space, and each one's nats."""

import streamlit as st

from latent_atlas.reports.data_words import about_targets
from latent_atlas.reports.data_words import targets as targets_of
from latent_atlas.stored_models import recorded_test
from latent_atlas.ui import address
from latent_atlas.ui.catalog import companion_dataset, loaded, model_picker, selected_model
from latent_atlas.ui.markdown import escaped, escaped_message
from latent_atlas.ui.reconstruct import words
from latent_atlas.ui.reconstruct.columns import columns_of, shown_split
from latent_atlas.ui.reconstruct.measure import mean_floor, treatment_of
from latent_atlas.ui.reconstruct.order import TITLES, Order, arranged, page_holding, page_of
from latent_atlas.ui.reconstruct.rows import (
    mean_nats,
    names_of_classes,
    paired,
    wall_data,
)
from latent_atlas.ui.reconstruct.state import comparison_picker, draw_again, keep, number, shuffle
from latent_atlas.ui.reconstruct.wall import wall
from latent_atlas.ui.shown_data import banner, footnote, kinship_of
from latent_atlas.ui.unread_images import why_unread
from vae_core.errors import AtlasError
from vae_core.evaluation import over_draws
from vae_core.models import Decodes, Encodes, inability

ORDER = 30  # in the navigation

CARDS = 24
ALL = "All classes"
MEAN, SAMPLE = "Mean z", "Sample z"

head = st.container(gap="xsmall")
picker = st.container()
controls = st.container(horizontal=True, vertical_alignment="center", gap="xsmall")

# ---- Which model, on which images ----------------------------------------------------------------
with picker:
    selection = selected_model("reconstruct-model")
    model_picker(selection, "reconstruct-model")
entry = selection.entry
try:
    saved = loaded(entry)
except AtlasError as error:
    head.title("This model cannot be opened")
    st.info(escaped_message(str(error)))
    keep(entry)
    st.stop()
if (why := inability(type(saved.model), Encodes, Decodes)) is not None:
    head.title("This model reconstructs nothing")
    st.info(f"There is no way through a code and back: {why}. Choose another model.")
    st.stop()
if (why := why_unread(saved.training)) is not None:
    head.title("This model has no encoder")
    st.info(escaped_message(why))
    keep(entry)
    st.stop()
data = companion_dataset(entry)
if data is None:
    head.title("The images of this model are not here")
    st.info(escaped_message(words.missing_data(entry.title, saved.training)))
    keep(entry)
    st.stop()
split = shown_split(data, saved.training.split)
treatment = treatment_of(saved.training.treatment, data)
architecture = saved.vae.architecture
kin = kinship_of(entry, data.name)
head.title(words.title(architecture.latent_dim, architecture.image_shape, kin.relation))

# ---- What to see of them -------------------------------------------------------------------------
with controls:
    compared = comparison_picker(selection)
    orders: list[Order] = [order for order in TITLES if order != "differ" or compared]
    order = st.selectbox(
        "Order",
        orders,
        format_func=TITLES.__getitem__,
        key="sort",
        bind="query-params",
        label_visibility="collapsed",
        width=152,
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
    st.button("Shuffle", icon=":material/shuffle:", key="shuffle", on_click=shuffle)
    picture = st.segmented_control(
        "Picture",
        [MEAN, SAMPLE],
        default=MEAN,
        required=True,
        key="picture",
        bind="query-params",
        label_visibility="collapsed",
    )
    if picture == SAMPLE:
        st.button("Draw again", icon=":material/casino:", key="draw-again", on_click=draw_again)

# ---- Every image measured once; then only picked from --------------------------------------------
slot = st.container()
with st.skeleton(height=480):
    columns, problems = columns_of([entry, *compared], data, split, treatment)
for problem in problems:
    slot.info(escaped_message(problem))
if not columns:
    keep(entry, compared)
    st.stop()
told = [column.kinship for column in columns]
with head:
    banner(told)

first, *others = comparable = [each for each in columns if each.compares_with(columns[0])]
costs = [-column.bounds.elbo for column in comparable]
label = None if wanted == ALL else data.class_names.index(wanted)
indices = arranged(order, costs, split.labels, label, number("seed"))
of_class = "" if wanted == ALL else f" of class {escaped(wanted)}"
channels, density = data.image_shape[0], first.density
targets = targets_of(treatment, channels, density=density)
means = [(escaped(c.title), mean_nats(c.bounds, indices)) for c in comparable]
differences = [(escaped(c.title), paired(first.bounds, c.bounds, indices)) for c in others]
head.markdown(
    f"{escaped(data.title)} · {len(indices):,} {split.name} images{of_class}, "
    f"{targets} · " + words.summary(means, differences)
)

draws = [(c.title, over_draws(c.draw_variance, len(indices))) for c in comparable]
test = recorded_test(saved.training, entry.digest)
told_before = words.beside_the_record(
    entry.title, test, data, len(indices), treatment, shown=means[0][1]
)
head.caption(f"{escaped(words.how_sure(len(indices), draws))} {escaped(told_before)}")

# ---- The wall, and the ledger of the image that is selected --------------------------------------
stage = st.container()
# A new order or class is seen from its start: the key holds them. A link opens where its image is.
arriving = f"wall-{address.turn()}" not in st.session_state
linked = number("image", -1)
page = st.pagination(
    max(1, -(-len(indices) // CARDS)),
    default=page_holding(indices, linked, CARDS) if arriving else 1,
    key=f"page {address.turn()} {entry.key} {order} {wanted} {number('seed')}",
)
shown = page_of(indices, page, CARDS)
draw = number("draw") if picture == SAMPLE else None
content = wall_data(
    split, shown, columns, treatment=treatment, class_names=data.class_names, draw=draw
)
with stage:
    selected = wall(content, linked, key=f"wall-{address.turn()}")
image = linked if selected is None else selected if selected in shown else -1

with st.expander("What this number is, and what it is not"):
    st.markdown(words.THE_NUMBER + words.NOT_THE_NUMBER)
    floor = mean_floor(data.name, split.name, split.images) if treatment == "grey" else None
    st.markdown(about_targets(treatment, channels, density=density, floor=floor))

footnote(told)
keep(entry, compared, image if image >= 0 else None)
