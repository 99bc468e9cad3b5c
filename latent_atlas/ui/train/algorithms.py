"""What each learning algorithm is called, and what to look for while it learns."""

from collections.abc import Mapping
from types import MappingProxyType

from vae_core.algorithms import refuse_too_many
from vae_core.data import DatasetInfo
from vae_core.errors import AtlasError

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "aevb": "AEVB, the paper's own",
        "iwae": "IWAE, importance weighted",
        "wake-sleep": "Wake-sleep",
        "score-function": "Score function (REINFORCE)",
        "svi": "SVI, no encoder",
        "mcem": "MCEM, sampling by HMC",
        "full-vb": "Full variational Bayes",
    }
)

LOOK_FOR: Mapping[str, str] = MappingProxyType(
    {
        "aevb": "One gradient trains both networks: the bound rises at once, and steadily.",
        "iwae": "Its own, tighter bound is what climbs; the one drawn may end below AEVB's while "
        "log p(x) is above.",
        "wake-sleep": "The encoder learns from dreams, so the bound follows a little behind "
        "AEVB's.",
        "score-function": "Without a baseline the noise drowns the signal and the rate runs wild; "
        "choose a baseline, and it learns.",
        "svi": "Each image has a code of its own, found by steps that all count: a good bound, "
        "reached slowly.",
        "mcem": "A Markov chain for each image samples the true posterior. It has no bound: the "
        "one drawn belongs to an encoder that imitates the chains and lags behind. Judge the "
        "model by log p(x) (`likelihood` on the command line). A visit counts 16 images; the "
        "paper's way is a batch of the whole set.",
        "full-vb": "The decoder's weights are uncertain, too, and pay for what they know: with few "
        "images the code carries less than AEVB's, with many the two agree. The bound drawn leaves "
        "that price out.",
    }
)


def too_many(algorithm: str, info: DatasetInfo | None) -> str | None:
    """Return why these data cannot be learned this way, or None if they can."""
    if algorithm == "mcem" and info is not None:
        try:
            refuse_too_many(info.counts.get("train", 0))
        except AtlasError as error:
            return str(error)
    return None
