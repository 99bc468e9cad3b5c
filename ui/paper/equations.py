"""The equations beside the claims: each symbol in words, and the line of code that computes it."""

from dataclasses import dataclass

from ui.paper.source import CodeLine
from vae_core.algorithms import AEVB, IWAE, ScoreFunction, WakeSleep
from vae_core.algorithms.adagrad import Adagrad
from vae_core.algorithms.mcem import MCEM
from vae_core.algorithms.score_function import local_scores
from vae_core.algorithms.variance import GradientVariance, gradient_variance
from vae_core.experiments.race.ruler import log_p
from vae_core.inference.appendix_d import appendix_d
from vae_core.inference.hmc import leapfrog, transition
from vae_core.inference.mean_field import fit_mean_field
from vae_core.inference.weights import LogWeights
from vae_core.latent.manifold import manifold_coordinates, manifold_images
from vae_core.models import Bernoulli, DiagonalGaussian


@dataclass(frozen=True)
class Symbol:
    """A part of an equation.

    Attributes:
        latex: as the equation writes it.
        words: what it is, for a first-year student.
        code: where it is computed.
    """

    latex: str
    words: str
    code: CodeLine


@dataclass(frozen=True)
class Equation:
    """One formula and its parts."""

    title: str
    latex: str
    symbols: tuple[Symbol, ...]


_BOUND = Equation(
    "The bound, by estimator B (equation 7)",
    r"\begin{gathered}\log p_\theta(x) \ge \mathcal{L} \simeq"
    r" -D_{KL}\big(q_\phi(z|x)\,\|\,p(z)\big)\\ + \log p_\theta(x|z),"
    r" \qquad z=\mu+\sigma\odot\varepsilon\end{gathered}",
    (
        Symbol(
            r"z=\mu+\sigma\odot\varepsilon",
            "the hidden numbers: what the encoder says, plus noise ε drawn outside the network, so "
            "that z can be differentiated in μ and σ",
            CodeLine(DiagonalGaussian.rsample, "torch.addcmul("),
        ),
        Symbol(
            r"D_{KL}",
            "the rate: how far what the encoder says of this image is from the prior N(0, I); each "
            "latent dimension adds its own part (appendix B)",
            CodeLine(DiagonalGaussian.kl, "self.logvar.exp()"),
        ),
        Symbol(
            r"\log p_\theta(x|z)",
            "how probable the decoder finds the image, given z; pixels are independent, so their "
            "logarithms add up",
            CodeLine(Bernoulli.total_log_prob, "binary_cross_entropy_with_logits"),
        ),
        Symbol(
            r"-\mathcal{L}",
            "what training descends: distortion plus rate, a mean over the minibatch",
            CodeLine(AEVB._objective, "loss = "),
        ),
    ),
)

_SCORE = Equation(
    "The score function, its rival (section 2.2)",
    r"\begin{gathered}\nabla_\phi\,\mathbb{E}_{q}\big[f(z)\big] =\\"
    r" \mathbb{E}_{q}\big[(f(z)-b)\,\nabla_\phi \log q_\phi(z|x)\big]\end{gathered}",
    (
        Symbol(
            r"f(z)",
            "what is to be raised; it is only evaluated, never differentiated in z",
            CodeLine(ScoreFunction._objective, "f = log_likelihood"),
        ),
        Symbol(
            r"\nabla_\phi \log q_\phi(z|x)",
            "the score: which way to move μ and log σ² to make this z more likely",
            CodeLine(local_scores, "torch.cat("),
        ),
        Symbol(
            r"(f-b)\,\nabla\log q",
            "the product, averaged over samples; a baseline b leaves its mean alone and takes out "
            "noise",
            CodeLine(ScoreFunction._objective, "ascent = "),
        ),
        Symbol(
            r"\operatorname{tr}\operatorname{Cov}",
            "the noise that is measured: the variance over many draws, summed over all weights of "
            "the encoder",
            CodeLine(gradient_variance, "trace = "),
        ),
        Symbol(
            r"\|\bar g-\bar h\|^2",
            "whether two estimators have the same mean, in units of sampling error",
            CodeLine(GradientVariance.disagreement, "return "),
        ),
    ),
)

_WAKE_SLEEP = Equation(
    "Wake-sleep: two goals, one for each network",
    r"\begin{gathered}\text{wake: } \max_\theta\, \log p_\theta(x, z),\; z\sim q_\phi(z|x)\\"
    r"\text{sleep: } \max_\phi\, \log q_\phi(z|x),\\"
    r" z\sim p(z),\, x\sim p_\theta(x|z)\end{gathered}",
    (
        Symbol(
            r"\log p_\theta(x|z)",
            "wake: real images, with the encoder's z held fixed, teach the decoder",
            CodeLine(WakeSleep._wake, "distortion = distortion"),
        ),
        Symbol(
            r"x\sim p_\theta(x|z)",
            "sleep: a dream, an image drawn from the decoder",
            CodeLine(WakeSleep._sleep, "x = "),
        ),
        Symbol(
            r"\log q_\phi(z|x)",
            "dreams, whose z is known, teach the encoder",
            CodeLine(WakeSleep._sleep, "return "),
        ),
    ),
)

_ADAGRAD = Equation(
    "The optimiser of the paper's experiments",
    r"G \leftarrow G + g^2, \quad w \leftarrow w - \eta\, g\,/\sqrt{G+10^{-8}}",
    (
        Symbol(
            r"G",
            "the squares of all gradients so far, weight by weight",
            CodeLine(Adagrad.step, "torch._foreach_addcmul_("),
        ),
        Symbol(
            r"w",
            "the step: weights that have moved much move less",
            CodeLine(Adagrad.step, "torch._foreach_addcdiv_("),
        ),
    ),
)

_RATE = Equation(
    "What a superfluous dimension costs (appendix B)",
    r"D_{KL} = \tfrac12\sum_j\big(\mu_j^2+\sigma_j^2-1-\log\sigma_j^2\big)",
    (
        Symbol(
            r"D_{KL}",
            "zero for a dimension whose μ is 0 and σ is 1 whatever the image: it is free to fall "
            "silent, and then cannot memorise",
            CodeLine(DiagonalGaussian.kl, "self.logvar.exp()"),
        ),
    ),
)

_MCEM = Equation(
    "Monte Carlo EM (appendix E)",
    r"\begin{gathered}z_i \sim p_\theta(z|x_i)\ \text{by HMC},\\"
    r" \max_\theta\, \log p_\theta(x_i|z_i)\end{gathered}",
    (
        Symbol(
            r"z_i",
            "every training image keeps a z of its own, which follows the slope of the posterior",
            CodeLine(leapfrog, "target.state("),
        ),
        Symbol(
            r"\min(1, e^{-\Delta H})",
            "how probably a move is accepted",
            CodeLine(transition, "log_ratio.clamp(max=0)"),
        ),
        Symbol(
            r"\log p_\theta(x_i|z_i)",
            "what the decoder climbs, the z held fixed",
            CodeLine(MCEM._distortion, "return "),
        ),
    ),
)

_APPENDIX_D = Equation(
    "The likelihood, by the paper's own estimator (appendix D)",
    r"\log p(x) \simeq -\log \frac1L \sum_l \frac{q(z_l)}{p(x, z_l)}, \; z_l\sim p(z|x)",
    (
        Symbol(
            r"-\log\tfrac1L\textstyle\sum_l",
            "samples of the posterior, weighed by a density q that is fitted to other such samples",
            CodeLine(appendix_d, "return _reciprocal("),
        ),
    ),
)

_IWAE = Equation(
    "The importance-weighted bound",
    r"\begin{gathered}\mathcal{L}_K = \mathbb{E}\Big[\log \frac1K\sum_{k=1}^K w_k\Big]"
    r" \le \log p(x),\\ w_k = \frac{p_\theta(x, z_k)}{q_\phi(z_k|x)}\end{gathered}",
    (
        Symbol(
            r"\log w_k",
            "one sample's estimate of log p(x); its mean alone would be the ordinary bound",
            CodeLine(IWAE._objective, "log_w = "),
        ),
        Symbol(
            r"\mathcal{L}_K",
            "the logarithm of the mean instead of the mean of logarithms: larger with every K",
            CodeLine(IWAE._objective, "log_w.logsumexp(0)"),
        ),
        Symbol(
            r"\mathcal{L}_{5000}",
            "the same with 5,000 samples is the field's measure of log p(x)",
            CodeLine(LogWeights.log_mean, "return "),
        ),
    ),
)

_GAPS = Equation(
    "What one encoder for all images costs",
    r"\begin{gathered}\log p(x)-\mathcal{L}[q_\phi] =\\"
    r" \underbrace{\log p(x)-\mathcal{L}[q^*]}_{\text{approximation gap}} +"
    r" \underbrace{\mathcal{L}[q^*]-\mathcal{L}[q_\phi]}_{\text{amortisation gap}}\end{gathered}",
    (
        Symbol(
            r"\mathcal{L}[q^*]",
            "the best bound that this one image can have: its own μ and log σ² climb it",
            CodeLine(fit_mean_field, "loss = "),
        ),
        Symbol(
            r"q^*",
            "a step of that climb; some hundred are needed where the encoder looks once",
            CodeLine(fit_mean_field, "moved.append("),
        ),
    ),
)

_MANIFOLD = Equation(
    "The map of figure 4",
    r"z = \Phi^{-1}(u), \qquad \text{picture} = \mathbb{E}[x|z]",
    (
        Symbol(
            r"\Phi^{-1}(u)",
            "an even grid over the unit square, bent so that each cell holds as much of the prior",
            CodeLine(manifold_coordinates, "torch.special.ndtri(u)"),
        ),
        Symbol(
            r"\mathbb{E}[x|z]",
            "the decoder's mean: what is drawn is no sample but an average, hence soft",
            CodeLine(manifold_images, ".mean for row"),
        ),
    ),
)

RULER = Equation(
    "The ruler of the race",
    r"\begin{gathered}p(x) = \int p_\theta(x|z)\,p(z)\,dz\\ \simeq"
    r" h^2 \sum_{z\,\in\,\text{grid}} p_\theta(x|z)\,p(z)\end{gathered}",
    (
        Symbol(
            r"p_\theta(x|z)\,p(z)",
            "every point of a fine grid over the plane is tried as the cause of every test image",
            CodeLine(log_p, "torch.addmm("),
        ),
        Symbol(
            r"h^2",
            "the area between the points; the sum is exact to many digits, and asks no encoder",
            CodeLine(log_p, "math.log(step)"),
        ),
    ),
)

# By section.
EQUATIONS: dict[str, tuple[Equation, ...]] = {
    "estimator": (_BOUND, _SCORE),
    "wake-sleep": (_WAKE_SLEEP, _ADAGRAD),
    "superfluous": (_RATE,),
    "likelihood": (_MCEM, _APPENDIX_D),
    "tighter": (_IWAE,),
    "amortised": (_GAPS,),
    "pictures": (_MANIFOLD,),
    "race": (RULER,),
}
