"""What a comparison says in a sentence, and what it may not say."""

from latent_atlas.reports.comparison.subjects import Subject, Subjects
from latent_atlas.reports.data_words import measure, size_and_colour
from vae_core.evaluation import mean_bound
from vae_core.evaluation.paired import Paired, paired
from vae_core.evaluation.proportions import Proportion
from vae_core.numerals import decimal, with_error
from vae_core.quantities import ELBO
from vae_core.sentences import counted, listed


def headline(subjects: Subjects) -> str:
    """Which model is best, by how much and on how many images; or that it cannot be said.

    Of models whose nats compare with the first one's: the two that cost least are held against each
    other, image by image.
    """
    group = subjects.scales[0]
    first = group[0]
    if len(group) == 1:
        bound = mean_bound(first.bounds)
        cost = with_error(-bound.elbo, bound.half_widths.get(ELBO.name))
        return f"An image costs {cost} nats under {first.title}."
    best, second = sorted(group, key=_mean_cost)[:2]
    pair = paired(second.bounds.elbo, best.bounds.elbo)
    of_all = "" if len(group) == 2 else f"Of {counted(len(group), 'model')} "
    return pair_sentence(best.title, second.title, pair, of_all)


def pair_sentence(better: str, worse: str, pair: Paired, before: str = "") -> str:
    """Such as “B is better than A by 1.32 ± 0.05 nats an image; it wins on 71 %”.

    `before` are words in front, such as “Of 4 models ”.
    """
    by = with_error(abs(pair.mean), pair.half_width)
    if pair.verdict == "cannot be said":
        which = f"whether {better} or {worse} is better cannot be said"
        opened = f"{before}the two best are close: " if before else ""
        said, who = f"{opened}{which}: the difference is {by} nats an image", better
    elif before:
        said, who = f"{before}{better} is best, by {by} nats an image before {worse}", "it"
    else:
        said, who = f"{better} is better than {worse} by {by} nats an image", "it"
    told = said[0].upper() + said[1:] if not said.startswith(better) else said
    if pair.won is None:
        return f"{told}."
    images = counted(pair.images, "image")
    if not pair.won.telling:
        return f"{told}; on which share {who} wins cannot be said of {images}."
    return f"{told}; {who} wins on {share_told(pair.won)} of {images}."


def share_told(won: Proportion) -> str:
    """A share with its interval: 71 % (70 to 72 %); of too few images it cannot be said."""
    if not won.telling:
        return "cannot be said"
    places = 0 if won.high - won.low > 0.02 else 1
    low, high = (decimal(100 * end, places) for end in (won.low, won.high))
    return f"{decimal(100 * won.share, places)} % ({low} to {high} %)"


def apart(subjects: Subjects) -> list[str]:
    """A sentence for each scale of nats but the first, and for each guest: why they stand apart."""
    first = subjects.models[0]
    said = []
    for group in subjects.scales[1:]:
        names = listed([model.title for model in group])
        said.append(
            f"The nats of {names} stand apart: they are those of {kind_of(group[0])}, and those of "
            f"{first.title} are those of {kind_of(first)}. Neither can be set beside the other; "
            "the pictures can, and so can the measures of pictures."
        )
    here = size_and_colour(subjects.data.image_shape)
    for guest in subjects.guests:
        there = size_and_colour(guest.vae.architecture.image_shape)
        said.append(
            f"{guest.title} reads images of {there}, and these are {here}: its copies, brought to "
            "the common size, stand beside the others, and none of the numbers is its own."
        )
    return said


def kind_of(model: Subject) -> str:
    """What the nats of a model are of: a density (gaussian)."""
    return f"{measure(model.nats)} ({model.vae.architecture.likelihood})"


def _mean_cost(model: Subject) -> float:
    return -model.bounds.elbo.double().mean().item()
