"""The front door: `latent-atlas app`, which is `streamlit run` of this file.

Streamlit finds `app` by reading this file's syntax tree, so it has to stay a literal `st.App(…)` at
the top level.
"""

import streamlit as st
from starlette.middleware import Middleware

from latent_atlas.places import NAVIGATION
from latent_atlas.ui.border import Border
from latent_atlas.ui.head import Head
from latent_atlas.ui.owners import are_told_apart
from latent_atlas.ui.proxies import NamedUsers
from latent_atlas.ui.routes import served_routes
from latent_atlas.ui.visitors import Visitors
from latent_atlas.ui.warm_up import warm_up

app = st.App(
    NAVIGATION,
    routes=served_routes(),
    lifespan=warm_up,
    middleware=[
        Middleware(Border),
        Middleware(NamedUsers),
        Middleware(Visitors, wanted=are_told_apart),
        Middleware(Head),
    ],
)
