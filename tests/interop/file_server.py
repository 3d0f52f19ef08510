# SPDX-License-Identifier: MIT
"""Python's own web server on loopback, with files that a test gives it; it knows no ranges."""

import http.server
import threading


class FileServer:
    """A context manager. files: dict of path to bytes; stalls: path to bytes after which nothing more comes.

    requests  paths, as they came
    """

    def __init__(self):
        self.files = {}
        self.stalls = {}
        self.requests = []
        self.is_over = threading.Event()
        self._server = None

    def __enter__(self):
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                owner.requests.append(self.path)
                data = owner.files.get(self.path)
                if data is None:
                    self.send_error(404)
                    return
                self.send_response(200)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                stall = owner.stalls.get(self.path)
                self.wfile.write(data[:stall])
                if stall is not None:
                    owner.is_over.wait()

            def log_message(self, *words):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        return self

    def __exit__(self, *fault):
        self.is_over.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def url(self, path):
        return "http://127.0.0.1:%d%s" % (self._server.server_address[1], path)
