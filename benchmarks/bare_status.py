"""The control for status reads: a bare handler that returns the bytes it was given."""

import os

from aiohttp import web

ENVIRONMENT = os.environ  # noqa: TID251 - the benchmark's own


def application(body: bytes) -> web.Application:
    """Build the control."""

    async def status(_: web.Request) -> web.Response:
        return web.Response(body=body, content_type="application/json")

    app = web.Application()
    app.router.add_get("/api/v1/checkouts/{id}", status)
    return app


if __name__ == "__main__":
    body = ENVIRONMENT["BARE_BODY"].encode()
    web.run_app(application(body), host="127.0.0.1", port=int(ENVIRONMENT["BARE_PORT"]), print=None, access_log=None)
