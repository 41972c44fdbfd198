"""An HTTPS server on 127.0.0.1 that answers 404 to everything. Prints its port.

    /usr/bin/python3 tls_server.py CERTIFICATE-AND-KEY
"""

import http.server
import ssl
import sys


class Nothing(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.send_error(404)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Nothing)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1])
server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_port, flush=True)
server.serve_forever()
