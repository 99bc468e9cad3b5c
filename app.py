"""The front door: `streamlit run app.py`.

Streamlit finds `app` by reading this file's syntax tree, so it has to stay a literal `st.App(…)` at
the top level.
"""

import streamlit as st

from latent_atlas.ui.routes import ROUTES, warm_up

app = st.App("latent_atlas/ui/navigation.py", routes=[*ROUTES], lifespan=warm_up)
