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
# The base image is that of this digest (Python 3.12.14 on Debian 13), whatever its tag means by now: `make pin` writes the one that
# the tag has at the moment, where there is a registry. Do so with each release: Debian's security updates are in the
# newer ones. Without a registry: `make base` makes one of Debian's packages, the same to the byte each time.
ARG BASE=python:3.12-slim@sha256:78387bc3881b8273120a12ebe6c1ab22b018ccc2c9adf565ae1ac9b536e184ea

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
