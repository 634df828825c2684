# docker build -t youju .
# docker run --rm -p 127.0.0.1:8000:8000 -v youju:/library youju
#
# The first start prints the address that signs a browser in; its token stays in the volume. With
# -e YOUJU_TOKEN=... you choose it; -e YOUJU_ALLOWED_HOSTS=youju.example lets a name be used.
#
# A smaller image on x86: add --build-arg PIP_EXTRA_INDEX_URL=ADDRESS, where ADDRESS is that of
# PyTorch's packages for the CPU (its installation page shows it); pip then takes torch from there, and
# goes by the versions of constraints.txt instead of the sha256 of each file (requirements.lock).
#
# The base image by its digest: `make pin` writes the one that the tag has now into the line below, where there is a
# registry. It is not written down here: it changes with each of Debian's security updates, and one that is never
# raised has known holes. Without a registry: `make base`, which makes one of Debian's packages, the same to the byte each time.
ARG BASE=python:3.12-slim

FROM ${BASE} AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
ARG PIP_EXTRA_INDEX_URL=
# What an extra needs, for the servers of docs/compose.yaml.
ARG PACKAGES=
WORKDIR /build
RUN python -m venv /venv

# The dependencies first, for empty packages: this layer lasts until the pins change.
COPY pyproject.toml constraints.txt requirements.lock README.md LICENSE ./
RUN for name in index server prompts youju youju_plugins; do mkdir $name && touch $name/__init__.py; done \
 && if [ -z "$PIP_EXTRA_INDEX_URL" ]; then /venv/bin/pip install --require-hashes -r requirements.lock; fi \
 && /venv/bin/pip install --constraint constraints.txt . $PACKAGES

COPY index index
COPY server server
COPY youju youju
COPY youju_plugins youju_plugins
COPY prompts prompts
RUN /venv/bin/pip install --no-deps --force-reinstall .


FROM ${BASE}
RUN useradd --create-home --uid 10001 youju \
 && install --directory --owner=youju --group=youju /library
COPY --from=build /venv /venv
WORKDIR /app
COPY seeds seeds

ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    YOUJU_LIBRARY=/library \
    YOUJU_SEEDS=/app/seeds
USER youju
VOLUME /library
EXPOSE 8000
# /healthz needs no token.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["python", "-c", "import http.client as h, os; c = h.HTTPConnection('127.0.0.1', int(os.environ.get('YOUJU_PORT', '8000')), timeout=4); c.request('GET', '/healthz'); raise SystemExit(c.getresponse().status != 200)"]
CMD ["youju", "serve", "--host", "0.0.0.0"]
