"""The gap in the bound: how far it falls short of log p(x), and whose fault that is."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from latent_atlas.reports.colours import LINE_COLOURS, line_colour
from latent_atlas.reports.diagnosis.blocks import Block, Chart, Heading, Key, Table, Words
from latent_atlas.reports.diagnosis.chapter import Chapter
from latent_atlas.reports.diagnosis.sections.gap import SECTION, GapFinding, OfSplit
from latent_atlas.reports.figures.canvas import points
from latent_atlas.reports.standalone.axes import INK, labelled, logarithmic
from vae_core.evaluation import over_images
from vae_core.evaluation.gaps import FEWEST, Gap
from vae_core.evaluation.optimum import ENCODER
from vae_core.numerals import decimal, grouped, with_error
from vae_core.sentences import counted

if TYPE_CHECKING:
    from matplotlib.axes import Axes

RULE = (
    "± holds the mean over images like these in 95 of 100 cases. Which part is larger is said "
    "where the difference, taken image by image, is beyond its ± and there are "
    f"{FEWEST} images or more, else it cannot be said."
)
# From log p(x) downwards: whose fault a part is, and its colour.
PARTS: Mapping[str, tuple[str, str]] = {
    "approximation": ("approximation: the family's", LINE_COLOURS[2]),
    "amortisation": ("amortisation: the encoder's", LINE_COLOURS[3]),
}
GAPS_ALT = "How far the bound is below log p(x), in two parts; the sentences say it in numbers"
CURVE_ALT = "The bound of k draws rises towards log p(x) as k grows"
CURVE_HEADING = "More draws of z bring the bound nearer"
CURVE_NOTE = (
    "L_k is the bound that k draws of z make together (IWAE); the ELBO is L_1. Dashed is log "
    "p(x), which no L_k passes but by chance. The band is what another seed would change on "
    "these images."
)
ALONG_K = "k, draws of z that share a bound"
_BAR, _AROUND = 56, 72  # CSS pixels


def gap_text(gap: Gap) -> str:
    """A gap and its ± over images, in 95 of 100 cases, in nats."""
    return with_error(gap.mean, gap.image_half_width)


def title(found: GapFinding) -> str:
    """How far the bound is below, and the larger cause."""
    gaps = found.splits[0].gaps
    why = {
        "amortisation": ", mostly because the encoder is imprecise",
        "approximation": ", mostly because q(z|x) has too simple a shape",
    }
    told = why.get(gaps.larger_part or "", "")
    whole = gaps.inference
    if (whole.image_half_width or 0.0) > whole.mean:  # one image counts for most of it
        middle, most = (decimal(each.item(), 1) for each in (whole.each.median(), whole.each.max()))
        return (
            f"The bound is {middle} nats or less below log p(x) on half of the images, and {most} "
            f"on one{told}"
        )
    return f"The bound is {gap_text(whole)} nats below log p(x){told}"


def sentence(each: OfSplit) -> str:
    """Whole and parts on one split, and the larger of them; its name goes before."""
    gaps, log_p = each.gaps, each.gaps.evidence.joined
    images = counted(len(log_p.log_p), "image")
    larger = gaps.larger_part
    verdict = "which is larger cannot be said" if larger is None else f"the {larger} is larger"
    level = with_error(log_p.mean, over_images(log_p.log_p))
    return (
        f"({images}): log p(x) is {level} nats an image (by "
        f"{log_p.method}), and the bound {gap_text(gaps.inference)} below: "
        f"{gap_text(gaps.approximation)} because {gaps.best.label} can come no "
        f"nearer (approximation), {gap_text(gaps.amortisation)} because the encoder does not find "
        f"the best one (amortisation); {verdict}."
    )


def _blocks(found: GapFinding) -> Iterator[Block]:
    keys = [Key(label, colour) for label, colour in PARTS.values()]
    yield Chart(
        GAPS_ALT,
        lambda axes: _draw_gaps(axes, found),
        _AROUND + _BAR * len(found.splits),
        keys,
    )
    for each in found.splits:
        yield Words(sentence(each), head=each.name)
    for each in found.splits:
        for doubt in each.gaps.doubts:
            yield Words(doubt.sentence, "warning", head=each.name)
    yield _numbers(found)
    for told in found.apart():
        yield Words(told)
    yield Heading(CURVE_HEADING)
    yield Chart(CURVE_ALT, lambda axes: _draw_curves(axes, found), 300, [*_curve_keys(found)])
    yield Words(CURVE_NOTE, "quiet")
    yield _curve_table(found)
    for told in found.brackets():
        yield Words(told)


def _numbers(found: GapFinding) -> Table:
    """Every mean, with the ± of another seed and that of other images."""
    rows = []
    for each in found.splits:
        gaps, log_p = each.gaps, each.gaps.evidence.joined
        rows.append(
            (
                each.name,
                f"log p(x), by {log_p.method}",
                *_both(log_p.mean, log_p.standard_error, over_images(log_p.log_p)),
            )
        )
        named = {f"{name} gap": gap for name, gap in gaps.by_name.items()} | {
            f"approximation gap of the best {name}": gaps.approximation_of(name)
            for name in gaps.bounds
            if name not in (ENCODER, gaps.family)
        }
        rows += [
            (each.name, name, *_both(gap.mean, gap.standard_error, gap.image_half_width))
            for name, gap in named.items()
        ]
    head = ("images", "what", "nats, ± by seed", "nats, ± by images")
    return Table(
        head,
        rows,
        "± by seed is what another seed would change on these images, by images what other images "
        "like them would; either in 95 of 100 cases.",
    )


def _both(mean: float, seed: float, images: float | None) -> tuple[str, str]:
    return with_error(mean, 2 * seed), with_error(mean, images)


def _curve_table(found: GapFinding) -> Table:
    ks = found.splits[0].curve.ks
    rows = []
    for place, k in enumerate(ks):
        row = [grouped(k)]
        for each in found.splits:
            errors = each.curve.standard_errors.tolist()
            row.append(with_error(each.curve.means.tolist()[place], 2 * errors[place]))
        rows.append(row)
    return Table(("k", *(f"L_k, {each.name}, nats" for each in found.splits)), rows)


def _draw_gaps(axes: "Axes", found: GapFinding) -> None:
    """A bar for each split that ends at log p(x): how far below it the bound is."""
    reach = 0.0
    for row, each in enumerate(found.splits):
        end = 0.0
        for name, (_, colour) in PARTS.items():
            gap = each.gaps.by_name[name]
            axes.barh(row, -gap.mean, left=end, height=0.6, color=colour)
            end -= gap.mean
            whole = each.gaps.by_name["inference"] if name == "amortisation" else gap
            error = whole.image_half_width or 0.0
            axes.errorbar(
                end, row, xerr=error, color=INK, capsize=points(4), linewidth=points(1.5), zorder=3
            )
            reach = max(reach, error - end)
    labelled(axes, "nats below log p(x)", "")
    axes.set_xlim(-1.05 * (reach or 1.0), 0)
    names = [
        f"{each.name}\nlog p(x) {decimal(each.gaps.evidence.joined.mean, 1)}"
        for each in found.splits
    ]
    axes.set_yticks(range(len(names)), names, color=INK, parse_math=False)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.spines["left"].set_visible(False)


def _draw_curves(axes: "Axes", found: GapFinding) -> None:
    """L_k against k: a line and a band for each split, dashed its log p(x)."""
    for place, each in enumerate(found.splits):
        colour, ks = line_colour(place), list(each.curve.ks)
        means, errors = each.curve.means.numpy(), 2 * each.curve.standard_errors.numpy()
        axes.fill_between(ks, means - errors, means + errors, color=colour, alpha=0.2, linewidth=0)
        axes.plot(ks, means, color=colour, linewidth=points(2), marker="o", markersize=points(4))
        level = each.gaps.evidence.joined.mean
        ends, dashes = (ks[0], ks[-1]), (0, (5, 3))
        axes.plot(ends, (level, level), color=colour, linewidth=points(1.5), linestyle=dashes)
    labelled(axes, ALONG_K, "nats")
    logarithmic(axes)


def _curve_keys(found: GapFinding) -> Iterator[Key]:
    for place, each in enumerate(found.splits):
        yield Key(f"{each.name}: L_k", line_colour(place), "line")
        yield Key(f"{each.name}: log p(x)", line_colour(place), "dashes")


CHAPTER = Chapter(SECTION, GapFinding, title, RULE, _blocks)
