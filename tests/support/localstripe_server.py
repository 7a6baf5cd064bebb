"""Stripe's stand-in as a process of its own: `python localstripe_server.py PORT`, on loopback."""

# localstripe is under the GPL. It is imported here alone, in the test tree, and spoken to over HTTP.
import sys

from aiohttp import web
from localstripe.resources import store
from localstripe.server import app

# On every change it would pickle itself to a fixed file that all users of the machine share.
store.dump_to_disk = lambda: None

if __name__ == "__main__":
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)
