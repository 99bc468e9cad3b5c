"""That pictures which a VAE shows are soft, that its samples are not, and what noise has to do."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from latent_atlas.reproduce.blur_cells import MEANS, REBUILT, SAMPLES, Softness
from latent_atlas.reproduce.figure import Claim
from latent_atlas.reproduce.numbers import factor_spread
from latent_atlas.reproduce.verdict import Comparison, Rule, Side
from vae_core.sentences import listed

REVIEW = "The review"
SAID = "VAEs make blurred images, because a Gaussian likelihood amounts to squared error."
QUANTITY = "variance of the Laplacian, by that of real digits"


@dataclass(frozen=True)
class Likely:
    """A likelihood, with what was found of each seed.

    Attributes:
        name, title: what files and people call it.
        of_levels: whether its samples are grey levels, as the images are.
        found: how soft the pictures are, a seed each.
    """

    name: str
    title: str
    of_levels: bool
    found: tuple[Softness, ...]

    def ratios(self, kind: str) -> tuple[float, ...]:
        """Pictures of a kind by real ones, by seed."""
        return tuple(each.of[kind].value for each in self.found)


def claims(squared: Likely, learned: Likely, found: Sequence[Likely]) -> Iterator[Claim]:
    """Of means and of samples, under each likelihood; and of squared error and a learned noise."""
    yield _against_real(
        found,
        MEANS,
        "below",
        key="blur-means",
        sentence="The means that a VAE draws of random codes are soft.",
        tolerance="a factor of 1: any less is softer",
        ours=f"Means have {_told(found, MEANS)} times the sharpness of real digits.",
    )
    yield _against_real(
        found,
        REBUILT,
        "below",
        key="blur-reconstructions",
        sentence="Its reconstructions are softer than the originals.",
        tolerance="a factor of 1: any less is softer",
        ours=f"Reconstructed means have {_told(found, REBUILT)} times the sharpness of real "
        "digits.",
    )
    grey = [each for each in found if each.of_levels]
    yield _against_real(
        grey,
        SAMPLES,
        "above",
        key="blur-samples",
        sentence="Its samples are not soft: they have the noise of the pixels in them.",
        tolerance="a factor of 1: any more is sharper, or noise",
        ours=f"Samples of grey levels have {_told(grey, SAMPLES)} times the sharpness of real "
        "digits. Noise counts as sharpness, so that is no praise.",
    )
    yield _noise(squared, learned)


def _against_real(
    found: Sequence[Likely],
    kind: str,
    side: Side,
    *,
    key: str,
    sentence: str,
    tolerance: str,
    ours: str,
) -> Claim:
    return Claim(
        key=key,
        sentence=sentence,
        source=REVIEW,
        paper=SAID,
        ours=ours,
        rule=Rule(
            quantity=f"{QUANTITY}: {kind}",
            tolerance=tolerance,
            comparisons=tuple(_compared(each, kind, side) for each in found),
        ),
    )


def _noise(squared: Likely, learned: Likely) -> Claim:
    pairs = zip(learned.ratios(MEANS), squared.ratios(MEANS), strict=True)
    factors = tuple(one / other for one, other in pairs)
    return Claim(
        key="blur-noise",
        sentence="Squared error is soft because its noise is too large: with a σ that is learned, "
        "means are sharper.",
        source="Rybkin et al. 2021",
        paper="A shared, learned variance of the decoder sharpens what a VAE draws.",
        ours=f"Means under a learned σ are {factor_spread(factors)} times as sharp as under σ = 1.",
        rule=Rule(
            quantity="variance of the Laplacian of means with a learned σ, by that with σ = 1",
            tolerance="a factor of 1: any more is sharper",
            comparisons=(
                Comparison(
                    label="means with a learned σ by means with σ = 1",
                    values=factors,
                    unit="×",
                    limit=1.0,
                    ratio=True,
                ),
            ),
        ),
    )


def _compared(of: Likely, kind: str, side: Side) -> Comparison:
    return Comparison(
        label=f"{of.title}: {kind} by real digits",
        values=of.ratios(kind),
        unit="×",
        limit=1.0,
        side=side,
        paired=False,
        ratio=True,
    )


def _told(found: Sequence[Likely], kind: str) -> str:
    return listed(f"{factor_spread(each.ratios(kind))} ({each.title})" for each in found)
