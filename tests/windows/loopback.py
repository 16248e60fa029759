"""Switches the loopback device of this network namespace on, as `ip link set lo up` does."""

import fcntl
import socket
import struct

#: of Linux' <linux/sockios.h> and <linux/if.h>: set the flags of a device; it is up and running
SIOCSIFFLAGS, IFF_UP, IFF_RUNNING = 0x8914, 0x1, 0x40

with socket.socket() as any_socket:
    fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH14s", b"lo", IFF_UP | IFF_RUNNING, b""))
