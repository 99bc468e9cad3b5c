"""What the Data page says."""

from collections.abc import Mapping

from latent_atlas.reports.data_words import size_and_colour
from latent_atlas.ui.markdown import name
from vae_core.data import DatasetInfo
from vae_core.data.own import Survey
from vae_core.sentences import counted


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
    parts.append(counted(len(found.counts), "class", "classes") if found.counts else "no classes")
    return " · ".join(parts)


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
    told = list(found.notes)
    if found.count < 100:
        told.append(
            f"{counted(found.count, 'picture')} {'is' if found.count == 1 else 'are'} few: "
            "a model will learn them by heart. A few hundred show more."
        )
    small = [each for each, count in found.counts.items() if count < 5]
    if small:
        them = ", ".join(small[:3]) + (", …" if len(small) > 3 else "")
        told.append(
            f"{counted(len(small), 'class has', 'classes have')} fewer than five pictures, "
            f"so none of them is tested: {them}."
        )
    return told
