"""What is known of a model beside its numbers, in words."""

from latent_atlas.reports.comparison.subjects import Guest, Subject, Subjects
from latent_atlas.reports.data_words import size_and_colour, treated
from vae_core.algorithms import ALGORITHMS
from vae_core.models import LIKELIHOODS
from vae_core.sentences import counted


def configuration(model: Subject | Guest) -> dict[str, str]:
    """What it is and how it came about, by names; what its file does not say is left out."""
    architecture, training = model.vae.architecture, model.training
    known = ALGORITHMS.get(training.algorithm or "")
    likelihood = architecture.likelihood
    if "scale" in LIKELIHOODS[likelihood].settings:
        likelihood += f", σ = {architecture.scale:g}"
    layers = " → ".join(map(str, architecture.hidden)) or "none"
    channels = _convolutions(architecture.network, architecture.channels)
    found = {
        "Images": size_and_colour(architecture.image_shape),
        "Latent dimensions": str(architecture.latent_dim),
        "Network": f"{architecture.network}{channels}; hidden layers {layers}; "
        f"{architecture.activation}",
        "p(x|z)": likelihood,
        "Algorithm": known.label if known else training.algorithm or "",
        "Trained on": _trained_on(model),
        "Length": _length(model),
        "Seed": "" if training.seed is None else str(training.seed),
        "Began with": training.parent or "",
        "Made": training.created or "",
        "Version": _version(model),
        "SHA-256": model.digest,
    }
    return {name: value for name, value in found.items() if value}


def _convolutions(network: str, channels: tuple[int, ...]) -> str:
    """The widths of convolutions, where there are any."""
    return f" with channels {', '.join(map(str, channels))}" if network == "conv" else ""


def notes(subjects: Subjects, model: Subject) -> list[str]:
    """Why the numbers of a model may not be what they seem."""
    said = [model.kinship.sentence] if model.kinship.strange else []
    trained, shown = model.training.treatment, subjects.treatment
    if trained is not None and trained != shown and {trained, shown} != {"grey", "static"}:
        channels = subjects.data.image_shape[0]
        said.append(
            f"The images that {model.title} learned from were {treated(trained, channels)}, "
            f"and these are {treated(shown, channels)}: its nats say how it does on targets that "
            "are strange to it."
        )
    return said


def _trained_on(model: Subject | Guest) -> str:
    training = model.training
    channels = model.vae.architecture.image_shape[0]
    how = treated(training.treatment, channels) if training.treatment else ""
    parts = [training.dataset or "", training.split or "", how]
    return ", ".join(filter(None, parts))


def _length(model: Subject | Guest) -> str:
    training = model.training
    epochs = "" if training.epochs is None else counted(training.epochs, "epoch")
    samples = "" if training.samples is None else counted(training.samples, "sample")
    return ", ".join(filter(None, (epochs, samples)))


def _version(model: Subject | Guest) -> str:
    training = model.training
    ours = f"Latent Atlas {training.code_version}" if training.code_version else ""
    torch = f"PyTorch {training.torch_version}" if training.torch_version else ""
    return ", ".join(filter(None, (ours, torch)))
