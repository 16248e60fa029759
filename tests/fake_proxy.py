"""A proxy for tests that reads HAProxy's file of settings: each connection goes to the first server that takes it."""

import re
import socket
import sys
import threading
from pathlib import Path


def copy(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
    except OSError:
        pass
    for one in (source, target):
        try:
            one.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def forward(client, ports):
    for port in ports:
        try:
            server = socket.create_connection(("127.0.0.1", port), 2)
        except OSError:
            continue
        threading.Thread(target=copy, args=(server, client), daemon=True).start()
        return copy(client, server)
    client.close()


def main():
    text = Path(sys.argv[-1]).read_text()
    bind = re.search(r"bind ([\d.]+):(\d+)", text)
    ports = sorted({int(one) for one in re.findall(r"server server\d+ 127\.0\.0\.1:(\d+)", text)})
    with socket.create_server((bind[1], int(bind[2]))) as listening:
        while True:
            client, _ = listening.accept()
            threading.Thread(target=forward, args=(client, ports), daemon=True).start()


if __name__ == "__main__":
    main()
