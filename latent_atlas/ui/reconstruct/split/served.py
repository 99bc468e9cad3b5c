"""What the browser fetches of a split by address: its numbers, as far as they are measured."""

from starlette.requests import Request
from starlette.responses import Response

from latent_atlas.ui.owners import owner_asking
from latent_atlas.ui.reconstruct.split import sheets
from latent_atlas.ui.visible_data import check_visible
from vae_core.data.own import is_own


def numbers(request: Request) -> Response:
    """The costs and places of images that the browser has not got yet, as safetensors.

    Not kept: they grow while they are measured. Raises AtlasError where the images are of somebody
    else.
    """
    sheet = sheets.find(request.path_params["sheet"])
    if sheet is None:
        return _answer(sheets.gone())
    if is_own(sheet.dataset):
        check_visible(sheet.dataset, owner_asking(request))
    return _answer(sheet.content(request.query_params.get("have", "")))


def _answer(content: bytes) -> Response:
    headers = {
        "Cache-Control": "no-store",
        "Content-Encoding": "identity",  # float32 hardly shrinks, and a core would work on it
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type="application/octet-stream", headers=headers)
