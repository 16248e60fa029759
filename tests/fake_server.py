"""A model server for tests, in a real process: `python fake_server.py SETTINGS.json`.

It reads the file that our runner gets: `port`, `model`, and `alias`, which says how it behaves:
`good`, `dies`, `killed`, `never-ready`, `stubborn` (ends only when it is killed), and for its answers
`bad`, `calls` (a tool), `breaks-off`, `refuses`, `unreadable`, `hangs`, `thinks` (unless it is told not to), `inline` (a
thought in the text, as servers without `reasoning_content` send it), `only-thinks`, `circles` (in its thought),
`turned` (ranks the wrong passage first),
`needs-cutting` (only thinks, unless its thought is cut short), `garbled`, `flood`.
`endless` hangs once it has said enough: nobody who
listens only as long as needed notices.
"""

import json
import os
import signal
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

GOOD = ["The", " capital", " of", " France", " is", " the city", " of", " Paris"]
BAD = ["I", " like", " trains", " and", " cheese", " and", " wine", " and", " bread", "."]
#: as llama.cpp streams a call: the name first, then its arguments in pieces
CALL = [
    {"index": 0, "function": {"name": "write_file", "arguments": "{"}},
    {"index": 0, "function": {"arguments": '"path": "kestrel/sum.py", '}},
    {"index": 0, "function": {"arguments": '"content": "def add(a, b): return a + b"}'}},
]
COMPLETE_CALL = {"name": "write_file",
              "arguments": "".join(part["function"]["arguments"] for part in CALL)}  # fmt: skip
#: as llama.cpp says that it cannot read what the model wrote
UNREADABLE = "The model produced output that does not match the expected peg-native format"
REFUSALS = {"refuses": "no slot is free", "unreadable": UNREADABLE}
PIECES = {"bad": BAD, "calls": [], "only-thinks": []}
THOUGHT = ["\n", "They", " ask", " for", " a", " city", ".", "\n"]
#: the end of a prompt in which a thought begins, or is over before it began
OPEN, CLOSED = "<think>\n", "<think>\n\n</think>\n\n"
FINISH = {"only-thinks": "length", "calls": "tool_calls"}
HANG_SECONDS = 60


def vectors(texts):
    """The last is the first: each lies at a right angle to the next, and the order is turned."""
    made = [{"index": at, "embedding": [1.0 - at % 2, float(at % 2)]} for at in range(len(texts))]
    return made[::-1]


def scores(documents, manner):
    """The last passage is the best one, for `turned` the first; best first, as servers sort them."""
    worth = [-float(at) if manner == "turned" else float(at) for at in range(len(documents))]
    made = [{"index": at, "relevance_score": one} for at, one in enumerate(worth)]
    return sorted(made, key=lambda one: -one["relevance_score"])


def thinks(asked):
    return (asked.get("chat_template_kwargs") or {}).get("enable_thinking", True)


def serve(settings):
    manner = settings["alias"]

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_words):
            pass

        def reply(self, code, document):
            raw = json.dumps(document).encode()
            self.send_response(code)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def event(self, document):
            self.wfile.write(b"data: " + json.dumps(document).encode() + b"\n\n")
            self.wfile.flush()

        def do_GET(self):
            if self.path == "/health":
                self.reply(503 if manner == "never-ready" else 200, {"status": manner})
            else:
                self.reply(200, {"default_generation_settings": {"n_ctx": settings["context"]}})

        def do_POST(self):
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.headers.get("Authorization") != f"Bearer {settings['api_key']}":
                return self.reply(401, {"error": {"message": "Invalid API Key"}})
            if manner in REFUSALS:
                return self.reply(500, {"error": {"message": REFUSALS[manner]}})
            if self.path == "/v1/embeddings":
                return self.reply(200, {"data": vectors(asked["input"])})
            if self.path == "/v1/rerank":
                return self.reply(200, {"results": scores(asked["documents"], manner)})
            if self.path == "/apply-template":
                return self.template(asked)
            if manner == "flood":
                return self.flood()
            if not asked.get("stream"):
                message = {"content": "".join(GOOD), "role": "assistant"}
                if manner == "calls":
                    message = {"content": None, "tool_calls": [{"function": COMPLETE_CALL}]}
                timings = {"predicted_per_second": 12.5}
                return self.reply(200, {"choices": [{"message": message}], "timings": timings})
            return self.stream(asked)

        def template(self, asked):
            """Told not to think it does not, where it can be told; old servers know nothing of it."""
            if manner in ("inline", "good"):
                return self.reply(404, {"error": {"message": "File Not Found"}})
            opening = {"thinks": OPEN, "only-thinks": OPEN, "circles": OPEN}.get(manner, "")
            return self.reply(
                200, {"prompt": "assistant\n" + (opening if thinks(asked) else CLOSED)}
            )

        def flood(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"data: ")
            for _ in range(10_000):
                self.wfile.write(b"x" * 65536)

        def stream(self, asked):
            self.send_response(200)
            self.end_headers()
            if manner == "garbled":
                return self.wfile.write(b"data: [1, 2\n\n")
            if manner == "needs-cutting" and asked.get("reasoning_budget_tokens", 99) > len(
                THOUGHT
            ):
                return self.event({"choices": [{"delta": {"reasoning_content": "Hm."}}]})
            if manner == "only-thinks" or (manner == "thinks" and thinks(asked)):
                for piece in THOUGHT:
                    self.event({"choices": [{"delta": {"reasoning_content": piece}}]})
            if manner == "circles":
                for _ in range(4000):
                    self.event({"choices": [{"delta": {"reasoning_content": "Wait. "}}]})
            if manner == "inline":
                for piece in ["<th", "ink>", *THOUGHT, "</thi", "nk>\n\n"]:
                    self.event({"choices": [{"delta": {"content": piece}}]})
            if manner == "calls":
                for part in CALL:
                    self.event({"choices": [{"delta": {"tool_calls": [part]}}]})
            for piece in PIECES.get(manner, GOOD):
                self.event({"choices": [{"delta": {"content": piece}}]})
                if manner == "hangs":
                    time.sleep(HANG_SECONDS)
                if manner == "breaks-off":
                    return self.event({"error": {"message": "out of memory"}})
                time.sleep(0.01)
            if manner == "endless":
                time.sleep(HANG_SECONDS)
            finish = {"delta": {}, "finish_reason": FINISH.get(manner, "stop")}
            self.event({"choices": [finish], "timings": {"predicted_per_second": 12.5}})
            self.wfile.write(b"data: [DONE]\n\n")

    ThreadingHTTPServer(("127.0.0.1", settings["port"]), Handler).serve_forever()


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        settings = json.load(file)
    print(f"loading {settings['model']}", flush=True)
    if settings["alias"] == "dies":
        print("error: failed to load model\nbye", flush=True)
        sys.exit(3)
    if settings["alias"] == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if settings["alias"] == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    serve(settings)


if __name__ == "__main__":
    main()
