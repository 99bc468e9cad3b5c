"""Whether learned variances have run away: of pixels under the decoder, of codes under the encoder.

Both are kept within bounds (e⁻¹⁰ to e¹⁰), so that no number overflows; at a bound no gradient
passes any more. No distribution on [0, 1] has a variance above a quarter, and a code that is wider
than the prior says less than none.
"""

import torch
from torch import Tensor

from vae_core.models import LIKELIHOODS
from vae_core.models.likelihoods.gaussian import PIXEL_LOGVAR_RANGE
from vae_core.models.networks.bodies import LOGVAR_RANGE
from vae_core.numerals import decimal
from vae_core.runs.doctor.case import Case
from vae_core.runs.doctor.probe import IMAGES, Probe
from vae_core.runs.doctor.rule import Remedy, Rule, Verdict, remedy, slower, unknown

MANY = 0.1  # of all variances, at a bound
WIDE_PIXELS = 1.0  # mean variance of pixels, which lie in [0, 1]
WIDE_CODES = 4.0  # mean variance of one latent dimension; the prior's is 1
_NEAR = 0.01  # nearer to a bound, a log variance is at it

_SLOWER = "A third of the step size keeps variances where they mean something."


def _judge(case: Case) -> Verdict:
    probe = case.probe
    if probe is None or case.status.epoch < 1:
        return unknown(
            "Variances cannot be read before one epoch, without a checkpoint, or without the "
            "images that it learns from.",
            "One epoch of a VAE with an encoder that learns, and its data.",
        )
    codes, pixels = variances(probe)
    evidence = {"widest_code": float(codes.exp().mean(0).max())}
    stuck = {"codes": _at(codes, LOGVAR_RANGE[0])}
    if pixels is not None:
        evidence["pixels"] = float(pixels.exp().mean())
        stuck["pixels"] = _at(pixels, PIXEL_LOGVAR_RANGE[0])
    evidence |= {f"{what}_at_least": share for what, share in stuck.items()}
    otherwise = (
        f"Less than {MANY:z.0%} of the variances at their least, and a mean below "
        f"{WIDE_PIXELS:g} for pixels and {WIDE_CODES:g} for each latent dimension."
    )
    for what, told in (("pixels", "pixel values"), ("codes", "codes")):
        if stuck.get(what, 0) >= MANY:
            return Verdict(
                "yes",
                f"The variance of {stuck[what]:z.0%} of all {told} is stuck at the least there "
                f"is, e⁻¹⁰, where no gradient passes: {_GAINS[what]}.",
                otherwise,
                evidence,
                _against_none(case, what),
            )
    for what, told in (
        ("pixels", "pixels, which lie between 0 and 1, have a variance"),
        ("widest_code", "a latent dimension, whose prior has a variance of 1, has one"),
    ):
        if evidence.get(what, 0) >= _WIDE[what]:
            return Verdict(
                "yes",
                f"On average {told} of {decimal(evidence[what], 1)}.",
                otherwise,
                evidence,
                slower(case, _SLOWER, by=3),
            )
    return Verdict(
        "no",
        f"The widest latent dimension has a mean variance of {evidence['widest_code']:.2g}, where "
        f"the prior’s is 1{_pixels_too(evidence)}.",
        "More than this at a bound, or wider on average: "
        f"{MANY:z.0%}, {WIDE_PIXELS:g} for pixels, {WIDE_CODES:g} for a latent dimension.",
        evidence,
    )


_WIDE = {"pixels": WIDE_PIXELS, "widest_code": WIDE_CODES}
_GAINS = {
    "pixels": "where pixels hardly differ, the bound gains without end by that alone",
    "codes": "each image is a point of the latent space, with nothing between",
}


def _pixels_too(evidence: dict[str, float]) -> str:
    return f", and pixels {evidence['pixels']:.2g}" if "pixels" in evidence else ""


def _against_none(case: Case, what: str) -> Remedy | None:
    if what == "pixels":
        return remedy(
            case,
            "One variance for all pixels cannot vanish where a few of them are always the same.",
            likelihood="gaussian-shared",
        )
    if case.config.weighs_rate and case.beta < 1:
        return remedy(
            case,
            f"The rate weighed {case.beta:g} of what the true bound weighs it, so that precision "
            "cost next to nothing.",
            beta=1.0,
        )
    return slower(case, _SLOWER, by=3)


@torch.inference_mode()
def variances(probe: Probe) -> tuple[Tensor, Tensor | None]:
    """Log variances of the codes [n, J], and of pixels where the likelihood learns them.

    The latter are [n, C, H, W], of one draw of each image's code; None where none are learned.
    """
    codes = probe.vae.encode(probe.x).marginal_logvar
    if not LIKELIHOODS[probe.vae.architecture.likelihood].heads:
        return codes, None
    return codes, 2 * probe.vae.decode(probe.codes()).deviation.log()


def _at(logvar: Tensor, bound: float) -> float:
    return float((logvar <= bound + _NEAR).float().mean())


RULE = Rule(
    name="variance_blows_up",
    order=70,
    question="Have variances run away?",
    sentence="Learned variances vanish or grow without measure.",
    tolerance=f"on up to {IMAGES} training images, {MANY:z.0%} of the variances of codes or of "
    f"pixels at their least (e⁻¹⁰), or a mean of {WIDE_PIXELS:g} or more for pixels, of "
    f"{WIDE_CODES:g} or more for a latent dimension",
    judge=_judge,
    reads="model",
)
