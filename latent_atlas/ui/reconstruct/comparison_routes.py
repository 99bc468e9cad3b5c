"""What the browser fetches of a comparison: what is known of one image, numbers of a split."""

from concurrent.futures import ThreadPoolExecutor

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from latent_atlas.ui.reconstruct.image_facts import asked_image, image_facts
from latent_atlas.ui.reconstruct.split.served import numbers
from latent_atlas.ui.route_answers import HEADERS, check_allowed, in_a_sentence, in_turn
from latent_atlas.ui.route_numbers import register_numbers

_MEASURING = ThreadPoolExecutor(1, "facts")


@in_turn(_MEASURING)
@in_a_sentence
def facts(request: Request) -> Response:
    """What is known of one image under one model beside its bound, as JSON."""
    names = ("digest", "dataset", "split", "treatment", "image")
    asked = asked_image(*(request.path_params[name] for name in names))
    check_allowed(asked.data, request)
    return Response(image_facts(asked), media_type="application/json", headers=HEADERS)


register_numbers()
COMPARISON_ROUTES = [
    Route("/api/facts/{digest}/{dataset}/{split}/{treatment}/{image:number}", facts),
    Route("/api/split/{sheet}", in_a_sentence(numbers)),
]
