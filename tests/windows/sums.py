"""Sums up what pytest told of each share of the tests: `FOLDER`.

The folder holds `share-NN`, the names of its files, and `share-NN.xml` where it came to its end. Ends with 1
where a test failed or a share has no end.
"""

import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path

#: what stands below a test that did not pass; an error is one of what it needs
KINDS = ("failure", "error", "skipped")
SLOWEST = 12


def main(folder):
    shares = sorted(Path(folder).glob("share-??"))
    files = [name for share in shares for name in share.read_text("utf-8").split()]
    ended = [share for share in shares if share.with_suffix(".xml").exists()]
    counts, seconds = summed(share.with_suffix(".xml") for share in ended)
    for name, spent in seconds.most_common(SLOWEST):
        print(f"{spent:7.0f} s  {name}")
    print(f"{len(files)} files: " + ", ".join(f"{counts[one]} {one}" for one in ("passed", *KINDS)))
    for share in shares:
        if share not in ended:
            print("came to no end:", *share.read_text("utf-8").split())
    return int(len(ended) < len(shares) or counts["failure"] + counts["error"] > 0)


def summed(reports):
    """How many tests of each kind, and the seconds of each file."""
    counts, seconds = Counter(), Counter()
    for report in reports:
        for case in ElementTree.parse(report).iter("testcase"):
            counts[next((one.tag for one in case if one.tag in KINDS), "passed")] += 1
            # of a file that cannot be read the name of the file alone is told
            name = case.get("classname") or case.get("name")
            seconds[name.split(".")[1]] += float(case.get("time"))
    return counts, seconds


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
