"""The engine of the stories: the fake server, which knows the answer to the proof of `chat`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import fake_server

fake_server.GOOD[:] = ["The capital", " of Kestrel", " is", " Marlow."]

if __name__ == "__main__":
    fake_server.main()
