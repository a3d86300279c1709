# The portal as production runs it: docs/operations.md says what its environment has to hold, compose.yaml is an example.
FROM python:3.12-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 VAR_DIR=/var/lib/parley BIND=0.0.0.0:8000

# flite speaks the captcha's sum for those who cannot see it.
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends flite \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --user-group --no-create-home --shell /usr/sbin/nologin parley \
    && install -d -o parley -g parley /var/lib/parley /var/lib/parley/media /var/lib/parley/private /var/lib/parley/exports

WORKDIR /srv/parley
COPY requirements/production.txt requirements/
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/production.txt
COPY . .

# Static files belong to the image. The values are for this step only, and nothing is reached with them.
RUN SECRET_KEY=only-to-collect-static-files SITE_URL=http://localhost \
    DATABASE_URL=sqlite:///:memory: SEARCH_URL=fts5:////tmp/search.sqlite3 \
    python manage.py collectstatic --noinput --verbosity 0

USER parley
EXPOSE 8000
# The application answers to the name of its own site only.
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s CMD ["python", "-c", "import os; from urllib.parse import urlsplit; from urllib.request import Request, urlopen; urlopen(Request('http://127.0.0.1:8000/healthz/live', headers={'Host': urlsplit(os.environ['SITE_URL']).hostname}), timeout=4)"]
CMD ["gunicorn", "--config", "ops/gunicorn_settings.py", "portal.wsgi"]
