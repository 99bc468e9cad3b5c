"""The settings that most people leave alone: the model, how it learns, with what luck."""

from collections.abc import Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from latent_atlas.ui.train.algorithms import LOOK_FOR, TITLES, too_many
from latent_atlas.ui.train.keys import key
from latent_atlas.ui.train.presets import DEFAULTS
from vae_core.data import available_datasets

_INITS = {"torch": "PyTorch's", "paper": "paper, s.d. 0.1", "paper-small": "paper, s.d. 0.01"}
_TREATMENTS = {"none": "as they are", "dynamic": "binarised anew each time"}
_NETWORKS = {"mlp": "fully connected", "conv": "convolutions first"}
_LIKELIHOODS = {
    "bernoulli": "Bernoulli",
    "continuous-bernoulli": "continuous Bernoulli",
    "gaussian": "Gaussian, a variance per pixel",
    "gaussian-shared": "Gaussian, one learned variance",
    "gaussian-fixed": "Gaussian, fixed variance",
}
_OPTIMIZERS = {"adam": "Adam", "adagrad": "Adagrad, as in the paper"}
_ESTIMATORS = {
    "b": "B: rate in closed form",
    "a": "A: rate sampled too",
    "stl": "A along the path alone (STL)",
}
_IMPORTANCE_GRADIENTS = {"plain": "reparameterised", "dreg": "doubly reparameterised (DReG)"}
_BASELINES = {
    "none": "none",
    "running-mean": "running mean",
    "nvil": "a small network (NVIL)",
    "leave-one-out": "the image's other samples",
    "bbvi": "control variate (BBVI)",
}
_PRIORS = {"none": "none", "normal": "N(0, 1), as in the paper"}
_SAMPLING = {"epoch": "each once an epoch", "replacement": "drawn with replacement"}


def advanced() -> None:
    """Draw the folded fields."""
    _model()
    _learning()
    _luck()


def _model() -> None:
    left, right = st.columns(2)
    _choice(left, "Network", "network", _NETWORKS)
    left.selectbox("Activation", ["tanh", "relu"], key=key("activation"))
    _choice(
        right,
        "Likelihood",
        "likelihood",
        _LIKELIHOODS,
        note="What the decoder's output means. All but Bernoulli are densities on grey levels, and "
        "their nats compare only with one another.",
    )
    network = st.session_state[key("network")]
    right.text_input(
        "Channels",
        key=key("channels"),
        disabled=network != "conv",
        help="Of the convolutions, from the image inwards; each halves the side.",
    )
    if st.session_state[key("likelihood")] == "gaussian-fixed":
        right.text_input(
            "Pixel standard deviation", key=key("scale"), help="Pixels lie between 0 and 1."
        )
    _choice(left, "Pixels", "binarize", _TREATMENTS)


def _learning() -> None:
    left, right = st.columns(2)
    _choice(
        left,
        "Algorithm",
        "algorithm",
        TITLES,
        note="Where the gradients come from. All are charted by the same bound.",
    )
    _choice(right, "Optimiser", "optimizer", _OPTIMIZERS)
    algorithm = str(st.session_state[key("algorithm")])
    st.caption(LOOK_FOR[algorithm])
    infos = {info.name: info for info in available_datasets()}
    refusal = too_many(algorithm, infos.get(str(st.session_state[key("dataset")])))
    if refusal is not None:
        st.warning(refusal, icon=":material/warning:")
    left, right = st.columns(2)
    _how(left, right, algorithm)
    left.number_input("Batch size", 1, 10_000, step=10, key=key("batch_size"))
    right.number_input(
        "Samples per image",
        1,
        100,
        step=1,
        key=key("samples_per_image"),
        help="Draws of z for each image and step; the paper uses one.",
    )
    _choice(left, "Images", "sampling", _SAMPLING)
    right.text_input(
        "Beta", key=key("beta"), help="Weight of the rate while training. One is the true bound."
    )


def _how(left: DeltaGenerator, right: DeltaGenerator, algorithm: str) -> None:
    """What only this algorithm can be told. What is not drawn now keeps its default."""
    for name in (
        "estimator",
        "local_steps",
        "leapfrog_steps",
        "updates",
        "importance_samples",
        "importance_gradient",
        "baseline",
    ):
        st.session_state.setdefault(key(name), DEFAULTS[name])
    if algorithm == "iwae":
        left.number_input(
            "Importance samples",
            1,
            1000,
            step=1,
            key=key("importance_samples"),
            help="Draws of z that are weighed against one another; more make the bound tighter.",
        )
        _choice(right, "Gradient", "importance_gradient", _IMPORTANCE_GRADIENTS)
    if algorithm == "svi":
        left.number_input(
            "Local steps",
            1,
            1000,
            step=1,
            key=key("local_steps"),
            help="On each image's own code, at every visit. Each counts as an image evaluated.",
        )
    if algorithm == "mcem":
        left.number_input(
            "Leapfrog steps",
            1,
            1000,
            step=1,
            key=key("leapfrog_steps"),
            help="Of each move of a chain. Each counts as an image evaluated; the paper takes 10.",
        )
        right.number_input(
            "Updates",
            1,
            1000,
            step=1,
            key=key("updates"),
            help="Of the decoder after each move. Each counts as an image evaluated; the paper "
            "takes 5.",
        )
    if algorithm == "score-function":
        _choice(
            left,
            "Baseline",
            "baseline",
            _BASELINES,
            note="Taken from the signal to calm it; it leaves the mean alone. The last two need at "
            "least two samples per image.",
        )
    if algorithm in ("aevb", "score-function"):
        words = _ESTIMATORS if algorithm == "aevb" else {n: _ESTIMATORS[n] for n in ("b", "a")}
        if st.session_state[key("estimator")] not in words:
            st.session_state[key("estimator")] = DEFAULTS["estimator"]
        _choice(right, "Estimator", "estimator", words, note="Equations 6 and 7 of the paper.")


def _luck() -> None:
    left, right = st.columns(2)
    _choice(left, "First weights", "init", _INITS)
    _choice(right, "Prior of the weights", "weight_prior", _PRIORS)
    left.number_input("Seed", 0, 2**31 - 1, step=1, key=key("seed"))
    right.number_input(
        "Threads", 1, 64, step=1, key=key("threads"), value=None, placeholder="cores − 1"
    )
    st.text_input("Name", key=key("name"), max_chars=80)


def _choice(
    place: DeltaGenerator, label: str, name: str, words: Mapping[str, str], note: str | None = None
) -> None:
    place.selectbox(label, list(words), key=key(name), format_func=words.__getitem__, help=note)
