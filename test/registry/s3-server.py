"""
moto's server with its writes one at a time: python s3-server.py PORT.

moto answers each request in a thread of its own, and looks for an object and writes it without a lock, so that on a busy
machine two racing writers can both pass `If-None-Match: *`. S3 lets one of them win.

What moto works out anew for every request (the folders of its package, the service of a host, the errors of a service) is worked out
once here: that took more than half of its time.
"""

import functools
import sys
import threading

from moto import backends
from moto.core import errors
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import run_simple

modules = frozenset(backends.list_of_moto_modules())
backends.list_of_moto_modules = lambda: modules
lookups = errors.ErrorLookupFactory()
errors.ErrorLookupFactory = lambda: lookups

moto = DomainDispatcherApplication(create_backend_app)
moto.debug = True
moto.get_backend_for_host = functools.cache(moto.get_backend_for_host)
one_writer = threading.Lock()


def app(environ, start_response):
    if environ["REQUEST_METHOD"] in ("GET", "HEAD"):
        return moto(environ, start_response)
    with one_writer:
        return moto(environ, start_response)


run_simple("127.0.0.1", int(sys.argv[1]), app, threaded=True, request_handler=MotoRequestHandler)
