"""A file system that never answers, for as long as this runs: `python hanging_mount.py FOLDER`. Needs root."""

import ctypes
import os
import signal
import sys

FOLDER = sys.argv[1].encode()
libc = ctypes.CDLL(None, use_errno=True)
channel = os.open("/dev/fuse", os.O_RDWR)
options = b"fd=%d,rootmode=40000,user_id=0,group_id=0" % channel
if libc.mount(b"fuse", FOLDER, b"fuse", 0, options):
    sys.exit(os.strerror(ctypes.get_errno()))
print("mounted", flush=True)
signal.pause()
