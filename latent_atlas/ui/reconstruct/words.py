"""The sentences of the Reconstruct page: what is seen, and what its number is and is not."""

import math
from collections.abc import Sequence

from latent_atlas.reports import data_words
from latent_atlas.reports.data_words import size_and_colour
from latent_atlas.stored_models import RecordedTest
from latent_atlas.ui.reconstruct.comparison import Comparison, letter
from vae_core.data import Dataset, available_datasets
from vae_core.data.kinship import Relation
from vae_core.evaluation import Bound
from vae_core.evaluation.paired import Paired
from vae_core.models import TrainingRecord
from vae_core.numerals import decimal, places_for, with_error
from vae_core.quantities import DISTORTION, ELBO, NAT, RATE
from vae_core.sentences import counted, listed

THE_NUMBER = f"""
**Nats per image** count what an image costs under the model. Two parts add up:

- **{DISTORTION.full_name}**, −E[log p(x|z)]: what the pixels cost when z is known;
- **{RATE.full_name}**, KL(q(z|x) ‖ p(z)): what it costs to say which z, summed over its dimensions.

The cost is their sum, −ELBO; lower is better. A nat is {NAT}.
"""

NOT_THE_NUMBER = """
It is **not the likelihood** of the image but a bound: the true −log p(x) is this number or less.

It is also not a measure of how good the picture looks. A blurred picture can cost less than a
sharp one that is one pixel off.
"""


def title(latent_dim: int, image_shape: tuple[int, int, int], relation: Relation = "same") -> str:
    """What the page shows: how many numbers stand between an image and its reconstruction.

    Of images that the model was not trained on it promises nothing.
    """
    if relation == "other":
        return "What comes back of images that it was not trained on"
    if relation == "unknown":
        return "What comes back of images that it may never have seen"
    numbers = counted(latent_dim, "number")
    return f"{data_words.values(image_shape)} go through {numbers} and come back"


def title_of_several(relations: Sequence[Relation]) -> str:
    """What the page shows of several models, by how the images stand to those of each."""
    models, strange = len(relations), [each for each in relations if each in ("other", "unknown")]
    if not strange:
        return f"What {counted(models, 'model')} keep of an image"
    if len(strange) < models:
        return f"What {counted(models, 'model')} keep of images that not all of them may know"
    if set(strange) == {"other"}:
        return "What comes back of images that these models were not trained on"
    return "What comes back of images that these models may never have seen"


def guests(comparison: Comparison, *, shown: bool) -> list[str]:
    """Why models that read images of another size stand apart, or are missing: a sentence each.

    `shown` says whether the view shows them.
    """
    here = size_and_colour(comparison.data.image_shape)
    rest = "its pictures stand beside the others at one size, its nats are of other pixels."
    if not shown:
        rest = "it is not in this view, but where models stand image by image."
    return [
        f"{each.title} reads images of {size_and_colour(each.vae.architecture.image_shape)}, and "
        f"these are {here}: {rest}"
        for each in comparison.guests
    ]


def strange_images(comparison: Comparison) -> str:
    """A warning where models are shown with images that they were not trained on; else nothing."""
    strangers = [each for each in comparison.columns if each.kinship.strange]
    if len(strangers) < 2:
        return "".join(each.kinship.sentence for each in strangers)
    who = listed([each.title for each in strangers])
    return (
        f"{who} were trained on other images than those shown, “{comparison.data.title}”, or do "
        "not say on which. What they make of these says how they see strange images, not how good "
        "they are at their own."
    )


def known_images(comparison: Comparison) -> list[str]:
    """How the images stand to those that the models know: a sentence each, alike ones as one."""
    told: dict[str, list[str]] = {}
    for each in comparison.columns:
        if each.kinship.sentence and not each.kinship.strange:
            told.setdefault(each.kinship.sentence.replace(each.title, "", 1), []).append(each.title)
    said = []
    for sentence, titles in told.items():
        first, *others = titles
        more = f" The same holds of {listed(others)}." if others else ""
        said.append(f"{first}{sentence}{more}")
    return said


def summary(means: list[tuple[str, Bound]], differences: list[Paired]) -> str:
    """Each model's mean cost, by title, as total, distortion and rate in nats per image. Markdown.

    Of one model a sentence, of several a table. `differences` has each other one against the first.
    """
    if len(means) == 1:
        total, distortion, rate = _costs(means[0][1])
        parts = f"{distortion} {DISTORTION.full_name} + {rate} {RATE.full_name}"
        return f"**{total} nats per image** = {parts}"
    told = ["", *(_more(-each.mean, each.half_width) for each in differences)]
    rows = [
        f"| {letter(place)} | {title} | **{total}** | {distortion} | {rate} | {more} |"
        for place, ((title, bound), more) in enumerate(zip(means, told, strict=True))
        for total, distortion, rate in [_costs(bound)]
    ]
    heads = ["", "", "cost, −ELBO", f"= {DISTORTION.full_name}", f"+ {RATE.full_name}"]
    heads.append(f"than {letter(0)}, image by image")
    return "nats per image\n\n" + "\n".join(
        [f"| {' | '.join(heads)} |", "|---|---|---:|---:|---:|---:|", *rows]
    )


def _more(more: float, half_width: float | None) -> str:
    than = "more" if more >= 0 else "less"
    told = f"{with_error(abs(more), half_width)} {than}"
    if half_width is None or abs(more) <= half_width:
        told += ": which costs less cannot be said"
    return told


def beside(told: list[tuple[str, Bound, Bound]], here: str, there: str) -> str:
    """How much more an image costs in the split `here` than in the one `there`, by model.

    The images are others, so the ± of the difference holds those of both means.
    """
    said = []
    for title, first, other in told:
        more = other.elbo - first.elbo
        errors = [each.half_widths.get(ELBO.name) for each in (first, other)]
        known = [each for each in errors if each is not None]
        half_width = math.hypot(*known) if len(known) == len(errors) else None
        than = "more" if more >= 0 else "less"
        text = f"{title} {with_error(abs(more), half_width)} {than}"
        if half_width is None or abs(more) <= half_width:
            text += ", which may be chance"
        said.append(text)
    return f"Under the models an image of {here} costs, against one of {there}: {'; '.join(said)}."


def _costs(bound: Bound) -> tuple[str, str, str]:
    sure = bound.half_widths
    return (
        with_error(-bound.elbo, sure.get(ELBO.name)),
        with_error(bound.distortion, sure.get(DISTORTION.name)),
        with_error(bound.rate, sure.get(RATE.name)),
    )


def how_sure(images: int, draws: list[tuple[str, float]]) -> str:
    """What ± means here; `draws` is each model's ± over draws of z, on these very images."""
    if images < 2:
        return "One image has no ±: it says nothing of others."
    within = [(title, f"± {decimal(each, places_for(each))}") for title, each in draws]
    whose = [each if len(within) == 1 else f"{each} ({title})" for title, each in within]
    return (
        "± holds in 95 of 100 cases, over images: what other images like these would cost. "
        f"On these very images another draw of z moves the total within {listed(whose)}."
    )


def beside_the_record(
    title: str,
    test: RecordedTest | None,
    data: Dataset,
    images: int,
    treatment: str,
    *,
    shown: Bound,
) -> str:
    """Why this is not the number that is recorded of the model, where it is another; else nothing.

    `images` says how many of `data` are looked at, and `treatment` how; `shown` is what they gave
    here. The page measures the same images with more draws of z, which may end in another digit.
    """
    if test is None or test.quantity != ELBO:
        return ""
    if test.is_of(data.name, images, treatment):
        if test.cost.partition(" ")[0] == _costs(shown)[0].partition(" ")[0]:
            return ""
        return f"Recorded of {title}: {test.cost} nats, of these images with other draws of z."
    how = data_words.treated(test.treatment or "", data.image_shape[0])
    return f"Recorded of {title}: {test.cost} nats, of {test.whose(how)}."


def missing_data(model: str, training: TrainingRecord) -> str:
    """Why there is nothing to reconstruct for this model, and what to do about it."""
    known = {info.name: info for info in available_datasets()}
    if training.dataset in known:
        info = known[training.dataset]
        return f"{model} learned from {info.title}, which is not on this machine. {info.remedy}"
    return (
        f"{model} does not say which data it learned from, and no data set here has images of its "
        "size. Choose another model above."
    )
