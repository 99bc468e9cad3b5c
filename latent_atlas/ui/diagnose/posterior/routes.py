"""The one address of this section: what the browser needs of some images."""

from concurrent.futures import ThreadPoolExecutor

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from latent_atlas.ui.diagnose.posterior.sheet import asked_images, sheet_content
from latent_atlas.ui.route_answers import binary, check_allowed, in_a_sentence, in_turn

_ENCODING = ThreadPoolExecutor(1, "posteriors")


@in_turn(_ENCODING)
@in_a_sentence
def sheet(request: Request) -> Response:
    """The first images of a split and their q(z|x), as safetensors."""
    names = ("digest", "dataset", "split", "treatment")
    asked = asked_images(*(request.path_params[name] for name in names))
    check_allowed(asked.dataset, request)
    return binary(sheet_content(asked))


POSTERIOR_ROUTES = [Route("/api/posteriors/{digest}/{dataset}/{split}/{treatment}", sheet)]
