"""The API as an aiohttp application, made of its collaborators."""

from collections.abc import AsyncIterator
from importlib.metadata import version
from typing import Final

from aiohttp import web

from api import openapi
from api.endpoint import EVENT_STREAM
from api.middleware import bound, edge
from api.routes import ROUTES
from api.service import Parts, Service

SERVICE: Final = web.AppKey("service", Service)


def build_app(parts: Parts) -> web.Application:
    """Return the application; it opens nothing by itself and answers only while its collaborators are open.

    Run it with the parser's limits of `api.limits.PARSER`.
    """
    service = Service(parts)
    app = web.Application(middlewares=[edge(service)], client_max_size=parts.limits.body_bytes)
    app[SERVICE] = service
    app[openapi.DOCUMENT] = openapi.describe(ROUTES, version("payment-ledger"))
    for route in ROUTES:
        resource = app.router.add_resource(route.path)
        resource.add_route(route.method, bound(route, service))
        if route.method == "GET" and route.endpoint.media_type != EVENT_STREAM:
            resource.add_route("HEAD", bound(route, service))
    app.cleanup_ctx.append(_listening)
    app.on_shutdown.append(_drain)
    return app


def drain(app: web.Application) -> None:
    """Stop being ready and let long answers end; requests are still answered. Called when the process is to stop."""
    app[SERVICE].draining.set()


async def _drain(app: web.Application) -> None:
    drain(app)


async def _listening(app: web.Application) -> AsyncIterator[None]:
    service = app[SERVICE]
    stop = service.parts.recorder.on_commit(service.forget)
    yield
    stop()
