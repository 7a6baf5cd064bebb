# One image for every process of ours; the command says which. Dependencies come from the lock, checked by hash.
FROM python:3.13-slim-bookworm AS packages
COPY requirements.lock .
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps -r requirements.lock

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home ledger
COPY --from=packages /venv /venv
WORKDIR /app
COPY ledger ledger
COPY projections projections
COPY consumers consumers
COPY api api
COPY cli cli
# Compiled once here, because the user below may not write.
RUN /venv/bin/python -m compileall -q .
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOST=0.0.0.0 PORT=8080
USER ledger
EXPOSE 8080
# Exec form: SIGTERM reaches the process itself, which stops taking work and finishes what is in hand.
ENTRYPOINT ["python", "-m"]
CMD ["api"]
