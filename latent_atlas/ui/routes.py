"""What the browser fetches by address, all of it, and where the server answers it.

JavaScript modules stand here; the rest is beside what it serves.
"""

import streamlit as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from latent_atlas.ui.components.modules import js_module
from latent_atlas.ui.data.upload_routes import UPLOAD_ROUTES
from latent_atlas.ui.diagnose.posterior.routes import POSTERIOR_ROUTES
from latent_atlas.ui.latent_plane.plane_routes import PLANE_ROUTES
from latent_atlas.ui.reconstruct.comparison_routes import COMPARISON_ROUTES
from latent_atlas.ui.route_answers import HEADERS, in_a_sentence
from latent_atlas.ui.sample_sheet.sheet_routes import SHEET_ROUTES
from latent_atlas.ui.train.run_routes import RUN_ROUTES
from latent_atlas.ui.walk_map.map_routes import MAP_ROUTES
from vae_core.errors import AtlasError


@in_a_sentence
def javascript(request: Request) -> Response:
    """One ES module, alone or with all that it imports inside."""
    source = js_module(request.path_params["version"], request.path_params["module"])
    if source is None:
        raise AtlasError("There is no such module in this version: reload the page.")
    return Response(source, media_type="text/javascript", headers=HEADERS)


ROUTES = [
    Route("/api/js/{version}/{module:path}.js", javascript),
    *PLANE_ROUTES,
    *RUN_ROUTES,
    *COMPARISON_ROUTES,
    *POSTERIOR_ROUTES,
    *SHEET_ROUTES,
    *MAP_ROUTES,
    *UPLOAD_ROUTES,
]


def served_routes() -> list[Route]:
    """`ROUTES`, below the path that Streamlit is told to serve the app at, if there is one.

    One by one: what is mounted at that path would hide all that Streamlit serves there.
    """
    path = (st.get_option("server.baseUrlPath") or "").strip("/")
    below = f"/{path}" if path else ""
    return [
        Route(f"{below}{each.path}", each.endpoint, methods=list(each.methods or ()))
        for each in ROUTES
    ]
