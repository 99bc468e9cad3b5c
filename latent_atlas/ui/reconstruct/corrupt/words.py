"""What denoising curves say, in sentences; each verdict by one rule (`RULE`)."""

from collections.abc import Sequence

from latent_atlas.ui.reconstruct.bar import letter
from latent_atlas.ui.reconstruct.corrupt.choices import HIDING, Damage
from latent_atlas.ui.reconstruct.corrupt.curves import Curves
from vae_core.evaluation import over_images
from vae_core.evaluation.denoising import verdict, wins
from vae_core.numerals import decimal, with_error
from vae_core.sentences import counted, listed

RULE = (
    "Better means that the 95 % interval of the difference, image by image, leaves out 0. Errors "
    "are mean squared differences from the clean image, in pixel values of 0 to 1."
)


def names_of(curves: Curves, titles: Sequence[str]) -> list[str]:
    """What the measured models are called in sentences: their letters if there are several."""
    if len(titles) == 1:
        return ["the model"]
    return [letter(titles.index(column.title)) for column, _ in curves.models]


def verdict_sentence(curves: Curves, damage: Damage, titles: Sequence[str]) -> str:
    """Which model recovers better at the strength that is shown, and which beat doing nothing."""
    names = names_of(curves, titles)
    if curves.images == 1:
        return "Of one image nothing is sure: choose a split of more, or bring several."
    said = [_between(curves, damage, names), _against_nothing(curves, damage, names)]
    return " ".join(filter(None, [*said, _not_yet(curves, titles)]))


def _not_yet(curves: Curves, titles: Sequence[str]) -> str:
    """Which of the models are not spoken of, for they are not measured yet."""
    measured = [column.title for column, _ in curves.models]
    missing = [letter(place) for place, title in enumerate(titles) if title not in measured]
    if not missing:
        return ""
    are = "is" if len(missing) == 1 else "are"
    return f"{listed(missing)} {are} not measured yet, and nothing here is said of {_it(missing)}."


def _it(several: list[str]) -> str:
    return "it" if len(several) == 1 else "them"


def at_strength(damage: Damage) -> str:
    """Such as: At Gaussian noise 0.3; With 50 % missing on the left."""
    if damage.drawn:
        return "With this mask"
    if damage.hides:
        side = damage.corruption.name.removeprefix(HIDING)
        share = decimal(100 * damage.strength, 1).removesuffix(".0")
        of_what = {"anywhere": "of the pixels missing", "top": "missing at the top"}
        of_what |= {"bottom": "missing at the bottom"}
        return f"With {share} % {of_what.get(side, f'missing on the {side}')}"
    label = damage.corruption.label
    return f"At {label if label.startswith('Gauss') else label.lower()} {damage.strength:g}"


def _between(curves: Curves, damage: Damage, names: list[str]) -> str:
    if len(names) < 2:
        return ""
    row = curves.nothing.strengths.index(damage.strength)
    errors = [curve.squares[row] for _, curve in curves.models]
    best = min(range(len(errors)), key=lambda place: errors[place].mean().item())
    said = {n: verdict(errors[best], errors[n]) for n in range(len(errors)) if n != best}
    open_ = [names[n] for n, found in said.items() if not found.clear]
    beaten = [n for n, found in said.items() if found.clear]
    where = at_strength(damage)
    if not beaten:
        which = listed([names[best], *open_])
        return f"{where}, which of {which} recovers better cannot be said."
    gaps = listed(
        f"{names[n]} by {with_error(said[n].less, said[n].half_width)}" for n in beaten[:3]
    )
    more = f" and {counted(len(beaten) - 3, 'other')}" if len(beaten) > 3 else ""
    rest = f"; between it and {listed(open_, 'or')} it cannot be said" if open_ else ""
    return f"{where}, {names[best]} recovers better than {gaps}{more}{rest}."


def _against_nothing(curves: Curves, damage: Damage, names: list[str]) -> str:
    """At which strengths each beats doing nothing; those that do alike share a clause."""
    alike: dict[str, list[str]] = {}
    for name, (_, curve) in zip(names, curves.models, strict=True):
        where = _stretches(wins(curve, curves.nothing), curves.nothing.strengths, damage)
        alike.setdefault(where, []).append(name)
    clauses = []
    for where, whose in alike.items():
        several = len(whose) > 1
        who = "both" if len(whose) == len(names) == 2 else listed(whose)
        surely = f"{'beat' if several else 'beats'} doing nothing"
        if where:
            clauses.append(f"{who} {surely}{where}")
        elif damage.drawn:
            clauses.append(f"that {who} {surely} cannot be said")
        else:
            clauses.append(f"{who} nowhere surely {surely}")
    text = "; ".join(clauses)
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _stretches(won: list[float], strengths: Sequence[float], damage: Damage) -> str:
    """Strengths that follow each other, such as “ from 0.3 on” or “ up to 0.5”; empty of none."""
    above = [each for each in strengths if each > 0]
    if not won:
        return ""
    if damage.drawn:
        return " with this mask"
    if won == above:
        return " at every strength"
    runs: list[list[float]] = []
    for strength in won:
        if runs and above.index(strength) == above.index(runs[-1][-1]) + 1:
            runs[-1].append(strength)
        else:
            runs.append([strength])
    return " " + listed(_stretch(run, above) for run in runs)


def _stretch(run: list[float], above: list[float]) -> str:
    if run[-1] == above[-1] and len(run) > 1:
        return f"from {run[0]:g} on"
    if run[0] == above[0] and len(run) > 1:
        return f"up to {run[-1]:g}"
    return f"at {run[0]:g}" if len(run) == 1 else f"between {run[0]:g} and {run[-1]:g}"


def error_text(value: float, half_width: float | None) -> str:
    """An error with its ±; to four decimals where one image has none, or all images agree."""
    return with_error(value, half_width) if half_width else decimal(value, 4)


def table_rows(curves: Curves, damage: Damage) -> list[tuple[str, str, str, str]]:
    """Title, error at this strength, its own at 0, and how much that is beyond doing nothing."""
    row = curves.nothing.strengths.index(damage.strength)
    nothing = curves.nothing.squares[row]
    rows = []
    for column, curve in curves.models:
        here, own = curve.squares[row], curve.squares[0]
        less = verdict(here, nothing)
        rows.append(
            (
                column.title,
                error_text(here.mean().item(), over_images(here)),
                error_text(own.mean().item(), over_images(own)),
                with_error(-less.less, less.half_width) if less.half_width else "–",
            )
        )
    none = error_text(nothing.mean().item(), over_images(nothing))
    return [*rows, ("Doing nothing", none, decimal(0.0, 4), "–")]
