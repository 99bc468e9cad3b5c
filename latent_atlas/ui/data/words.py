"""What the Data page says."""

from collections.abc import Mapping

from latent_atlas.reports.data_words import size_and_colour
from latent_atlas.ui.markdown import name
from vae_core.data import DatasetInfo
from vae_core.data.own import ENDS, Choice, Part, Scale, Survey
from vae_core.sentences import counted

MOST_NAMED = 10  # pictures that cannot be read
MUCH_CUT = 0.1  # of a picture, which is told
PARTS: dict[Part, str] = {"train": "to train on", "valid": "to validate", "test": "to test"}


def dataset_summary(info: DatasetInfo) -> str:
    """How many images of which size, and under which licence."""
    splits = " + ".join(f"{count:,} {split}" for split, count in primary(info.counts).items())
    return f"{splits} · {size_and_colour(info.image_shape)} · {info.licence}"


def primary(counts: Mapping[str, int]) -> dict[str, int]:
    """The splits that share no images: train, valid and test, where they are called that."""
    plain = {split: counts[split] for split in ("train", "valid", "test") if split in counts}
    return plain or dict(counts)


def upload_summary(found: Survey) -> str:
    """What was brought, in one line."""
    parts = [f"**{name(found.title)}**", counted(found.count, "picture")]
    parts.append(counted(len(found.classes), "class", "classes") if found.classes else "no classes")
    if found.parts:
        divided = ", ".join(f"{count:,} {PARTS[part]}" for part, count in found.parts.items())
        parts.append(f"{divided}, as they came")
    return " · ".join(parts)


def keep_label(found: Survey, choice: Choice) -> str:
    """What the button says: how many images there will be, as far as that is known."""
    count = found.count + (0 if choice.own_parts else found.outside)
    if not choice.leave_out:
        return f"Keep {counted(count, 'image')}"
    if found.inspected.count + len(found.unreadable) < found.count:  # some were not looked at
        return "Keep what can be read"
    return f"Keep {counted(count - len(found.unreadable), 'image')}"


def inspected_line(found: Survey) -> str:
    """What some of the pictures are once they are images."""
    inspected = found.inspected
    some = "" if inspected.count == found.count else f"Of {inspected.count:,} looked at: "
    summary = inspected.summary()
    return f"{some or summary[0].upper()}{summary if some else summary[1:]}."


def scale_name(scale: Scale) -> str:
    """Such as: 0 to 4,095 (12 bits)."""
    low, high = ENDS[scale]
    bits = f" ({scale.removesuffix('-bit')} bits)" if scale.endswith("bit") else ""
    return f"{low} to {high:,}{bits}".replace("-", "−")


def classes_title(counts: Mapping[str, int]) -> str:
    """What to see in the counts of the classes."""
    fewest, most = min(counts.values()), max(counts.values())
    if fewest == most:
        return f"Each class has {counted(most, 'picture')}"
    if most >= 5 * fewest:
        return f"The classes are uneven: {fewest:,} to {most:,} pictures"
    return f"The classes have {fewest:,} to {most:,} pictures"


def warnings(found: Survey) -> list[str]:
    """What people should know before they keep this."""
    told = [*found.notes, *found.inspected.warnings()]
    if found.proposal.fit == "crop" and found.cut >= MUCH_CUT:
        told.append(f"Cropping cuts off {found.cut:z.0%} of a picture.".replace("%", " %"))
    if found.unreadable:
        told.append(f"{counted(len(found.unreadable), 'picture')} cannot be read:")
        told += found.unreadable[:MOST_NAMED]
        if (more := len(found.unreadable) - MOST_NAMED) > 0:
            told.append(f"And {more:,} more.")
    if found.count < 100:
        told.append(
            f"{counted(found.count, 'picture')} {'is' if found.count == 1 else 'are'} few: "
            "a model will learn them by heart. A few hundred show more."
        )
    small = [each for each, count in found.classes.items() if count < 5]
    if small:
        them = ", ".join(small[:3]) + (", …" if len(small) > 3 else "")
        told.append(
            f"{counted(len(small), 'class has', 'classes have')} fewer than five pictures, "
            f"so none of them is tested: {them}."
        )
    return told
