"""Programs of a pool without other machines, as texts with `{python}`: `ssh`, what lends, and the server."""

#: runs the command in a home of its own; a tunnel passes connections on. A machine whose home is away is off
SSH = """#!{python}
import os, socket, sys, threading
words = sys.argv[1:]
at = words.index("--")
host, command, home = words[at + 1], words[at + 2 :], "{root}/" + words[at + 1]
if not os.path.isdir(home):
    sys.exit(print("ssh: connect to host " + host + " port 22: No route to host", file=sys.stderr) or 255)
if command:
    os.chdir(home)
    os.environ["HOME"] = home
    os.execvp("sh", ["sh", "-c", *command])
_, near, _, far = words[words.index("-L") + 1].split(":")

def passed(source, target):
    while data := source.recv(65536):
        target.sendall(data)
    source.close()
    target.close()

server = socket.create_server(("127.0.0.1", int(near)))
print("localai: carries", flush=True)
while True:
    here, _ = server.accept()
    try:
        there = socket.create_connection(("127.0.0.1", int(far)))
    except OSError:
        here.close()
        continue
    for pair in ((here, there), (there, here)):
        threading.Thread(target=passed, args=pair, daemon=True).start()
"""
#: listens, says nothing
LENDER = """#!{python}
import socket, sys
server = socket.create_server(("127.0.0.1", int(sys.argv[sys.argv.index("--port") + 1])))
held = []
while True:
    held.append(server.accept())
"""
#: needs a connection to each that lends, and answers as llama.cpp's server does
SERVER = """#!{python}
import json, socket, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
lent = [one.split(":") for one in sys.argv[sys.argv.index("--rpc") + 1].split(",")]
held = [socket.create_connection((host, int(port))) for host, port in lent]

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{{}}")
    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        part = {{"choices": [{{"delta": {{"content": "Hello"}}, "finish_reason": "stop"}}]}}
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"data: " + json.dumps(part).encode() + b"\\n\\ndata: [DONE]\\n\\n")
    def log_message(self, *_):
        pass

ThreadingHTTPServer(("127.0.0.1", int(sys.argv[sys.argv.index("--port") + 1])), Handler).serve_forever()
"""
