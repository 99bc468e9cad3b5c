# The app for a server, without root, with what it writes in /data.
#   docker build -t latent-atlas . && docker compose up

FROM python:3.12-slim AS build
# Another package index beside the usual one: that of PyTorch for CPUs makes an image of a tenth.
ARG PIP_EXTRA_INDEX_URL=
WORKDIR /src
COPY . .
RUN python -m pip wheel --no-cache-dir --no-deps --wheel-dir /wheels . \
    && python -m pip wheel --no-cache-dir --wheel-dir /wheels -r requirements.txt -c constraints.txt

FROM python:3.12-slim
RUN --mount=type=bind,from=build,source=/wheels,target=/wheels \
    python -m pip install --no-cache-dir --no-index --find-links /wheels latent-atlas \
    && useradd --create-home --uid 1000 atlas \
    && install --directory --owner atlas /data
USER atlas
WORKDIR /data
ENV LATENT_ATLAS_RUNS=/data/runs XDG_CACHE_HOME=/data/cache OMP_NUM_THREADS=2
VOLUME /data
EXPOSE 8501
HEALTHCHECK CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=3)"]
# Under which names it answers, LATENT_ATLAS_HOSTS has to say: without it, the app ends with a sentence.
CMD ["latent-atlas", "app", "--host", "0.0.0.0"]
