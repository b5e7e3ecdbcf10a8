# syntax=docker/dockerfile:1
# Fernpost alone. compose.yaml puts a mail server with sample mail beside it.

FROM rust:1.95-slim-trixie AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/src/target \
    cargo build --release --locked && install -D target/release/fernpost /out/fernpost

FROM debian:trixie-slim
RUN apt-get update -q && apt-get install -y -q --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/fernpost --create-home --shell /usr/sbin/nologin fernpost
COPY --from=build /out/fernpost /usr/local/bin/fernpost

# Everything else comes from the environment (FERNPOST_IMAP__HOST=…) or from a file named by FERNPOST_CONFIG.
# The admin address is for the health check below and answers inside the container only.
ENV FERNPOST_LISTEN=0.0.0.0:8080 \
    FERNPOST_ADMIN_LISTEN=127.0.0.1:9090 \
    FERNPOST_DATABASE_URL=sqlite:/var/lib/fernpost/fernpost.db \
    FERNPOST_SECRET_FILE=/var/lib/fernpost/fernpost.secret
USER 10001
WORKDIR /var/lib/fernpost
VOLUME /var/lib/fernpost
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["fernpost", "healthz"]
CMD ["fernpost", "serve"]
