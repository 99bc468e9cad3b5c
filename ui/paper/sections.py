"""The claims, in the order in which the page holds them against what was measured."""

from dataclasses import dataclass

from vae_core.experiments.figure import Claim, FigureData


@dataclass(frozen=True)
class Note:
    """Where the review of the paper, or the paper itself, needs a kind word of correction."""

    title: str
    text: str


@dataclass(frozen=True)
class Section:
    """One claim and where its numbers are.

    Attributes:
        key: its anchor, and the key of its equations.
        claim: in one sentence.
        short: in a few words, for the list of contents.
        documents: the results that bear on it.
        claims: keys of their claims that belong here; empty for all.
        panels: keys of their panels to draw; empty for all.
        first: how the key of the panel begins that is shown before anybody chooses.
        look: what to look for in the figure.
        notes: for the margin.
    """

    key: str
    claim: str
    short: str
    documents: tuple[str, ...]
    look: str
    claims: tuple[str, ...] = ()
    panels: tuple[str, ...] = ()
    first: str = ""
    notes: tuple[Note, ...] = ()

    def claims_of(self, document: FigureData) -> list[Claim]:
        """The claims of a document that this section is about."""
        return [c for c in document.claims if not self.claims or c.key in self.claims]


SECTIONS = (
    Section(
        key="estimator",
        claim="Noise moved outside the network gives a gradient with little noise of its own.",
        short="A gradient with little noise",
        documents=("gradient-variance",),
        look="Each row is one way to estimate the same gradient. Further left is less noise.",
        notes=(
            Note(
                "Wake-sleep uses no score function",
                "The review counts it among the methods that do. In truth it follows two ordinary "
                "gradients, one on data and one on dreams. So it is a rival of its own, below.",
            ),
            Note(
                "A closed-form KL is an example, not a limit",
                "The review takes it for a requirement. Estimator A samples the rate instead, and "
                "works for any q that can be drawn from and evaluated.",
            ),
        ),
    ),
    Section(
        key="wake-sleep",
        claim="AEVB learns faster than wake-sleep and gets further, at every size of the code.",
        short="Faster and further than wake-sleep",
        documents=("figure2",),
        claims=("figure2-better", "figure2-faster"),
        first="mnist-20",
        look="Higher is better. Solid is test, dashed is train; thin lines are single seeds.",
        notes=(
            Note(
                "How was MNIST made binary?",
                "The paper does not say. Its authors' code of that time uses grey levels as they "
                "are, and so do these numbers: do not hold them against binarised ones.",
            ),
            Note(
                "A slip of the pen in section 5",
                "It calls the generative model the encoder and the approximation the decoder. It "
                "is the other way round.",
            ),
        ),
    ),
    Section(
        key="superfluous",
        claim="More hidden numbers than needed do no harm.",
        short="Superfluous numbers do no harm",
        documents=("figure2",),
        claims=("figure2-overfit",),
        panels=("mnist-20", "mnist-200"),
        first="mnist-200",
        look="Look for a gap between dashed (train) and solid (test) that opens with training.",
        notes=(
            Note(
                "Not the same as disentangled",
                "The review calls the VAE the standard for disentangled codes. Dimensions do fall "
                "silent, but nothing gives those that speak a meaning each (Locatello et al. "
                "2019).",
            ),
        ),
    ),
    Section(
        key="likelihood",
        claim="AEVB is ahead of MCEM in likelihood, and unlike it can take the full training set.",
        short="Ahead of MCEM in likelihood",
        documents=("figure3",),
        first="few-samples",
        look="log p(x), not a bound. By samples as in the paper, and by seconds.",
        notes=(
            Note(
                "Likelihoods are compared, not bounds",
                "The review says that AEVB reaches a tighter bound than MCEM. MCEM has no bound "
                "at all: the paper's Figure 3 compares estimates of log p(x).",
            ),
        ),
    ),
    Section(
        key="tighter",
        claim="The bound is loose, and more samples of z tighten it.",
        short="More samples tighten the bound",
        documents=("iwae-table",),
        look="K is how many z the training looks at for each image.",
    ),
    Section(
        key="amortised",
        claim="One encoder for all images replaces a search for each of them.",
        short="One encoder replaces a search",
        documents=("amortisation",),
        look="The flat line is the encoder, which answers at once. The other one searches.",
        notes=(
            Note(
                "The review is right here",
                "A gap between the bound and log p(x) can pull the decoder away from its best "
                "weights. It is small enough to measure, and here it is.",
            ),
        ),
    ),
    Section(
        key="pictures",
        claim="Two hidden numbers are enough to lay out a map, and random codes give digits.",
        short="A map of digits, and new ones",
        documents=("figure4", "figure5"),
        first="manifold-mnist",
        look="Neighbours on the map should look alike; samples sharpen with more dimensions.",
        notes=(
            Note(
                "Why the pictures are soft",
                "The review puts it down to a Gaussian likelihood being squared error. That needs "
                "one fixed variance; this digit decoder is Bernoulli and soft too. What is drawn "
                "is a mean, E[x|z], and a mean of several strokes is a blur.",
            ),
        ),
    ),
)
