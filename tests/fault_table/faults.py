"""Every fault by name: how it is made, and whether chance has a part in it."""

from . import disks, parallel, servers
from .trial import SIGNALS

#: fault → (how it is made, whether chance has a part in it)
FAULTS = {
    "connection reset at a random place": (servers.cut, True),
    "connection reset at every 10 %": (servers.cut_at_every_tenth, False),
    "connection closed after random lengths": (servers.cut_softly, True),
    "server away, later back": (servers.server_away, True),
    "server restarts": (servers.restarts, True),
    "range answer with another start": (servers.wrong_start, True),
    "range answer with another total": (servers.wrong_total, True),
    "range answer without its place": (servers.no_place, True),
    "server that ignores ranges, reset": (servers.no_ranges, True),
    "half a MiB per answer at most": (servers.little_at_a_time, False),
    "429 with Retry-After": (servers.too_many_requests, False),
    "429 in the middle": (servers.refused_in_the_middle(429, Retry_After="1"), True),
    "403 in the middle": (servers.refused_in_the_middle(403), True),
    "416 in the middle": (servers.refused_in_the_middle(416), True),
    "redirect loop": (servers.redirect_loop, False),
    "redirect to file://": (servers.redirect_to_a_file, False),
    "changed file under the same name": (servers.changed_under_the_same_name, True),
    "file shorter than listed": (servers.truncated, True),
    "one wrong bit, once": (servers.one_wrong_bit, True),
    "one wrong bit, always": (servers.always_a_wrong_bit, True),
    "Content-Length too large": (servers.promises_more, False),
    "Content-Length too small": (servers.promises_less, False),
    "web page in place of the file": (servers.false_headers(Content_Type="text/html"), False),
    "bytes that claim to be compressed": (servers.false_headers(Content_Encoding="gzip"), False),
    "a megabyte of headers": (servers.false_headers(**servers.MANY_HEADERS), False),
    "trickle": (servers.trickle, False),
    "black hole at a random place": (servers.black_hole, True),
    "disk full at a random place": (disks.disk_full, True),
    "folder turned read-only": (disks.read_only, True),
    **{f"{name} at a random place": (disks.signalled(name), True) for name in SIGNALS},
    "unsynced bytes lost": (disks.unsynced, True),
    **parallel.FAULTS,
    "two processes at once": (disks.two_at_once, True),
    "clock jumps by ten years": (disks.clock, True),
    "clock jumps between two runs": (disks.clock_between, True),
}
