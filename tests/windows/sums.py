"""Sums up what pytest told of each share of the tests: `failed FOLDER`, `all FOLDER COMMIT`.

The folder holds `share-NN`, the names of its files, and `share-NN.xml` where it came to its end;
`share-NN.again.xml` tells of the tests that failed there and were run once more. `failed` prints the shares
that want that. `all` ends with one line for those who read no other, and with 1 where a test failed both
times or a share has no end.
"""

import re
import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

FAILED = {"failure", "error"}
#: of a test that is listed as wine's and did not pass there (`unlike_wine`)
LISTED = ("pytest.xfail", "wine ")
#: a line of a test that is listed and passed
PASSED_ALTHOUGH_LISTED = re.compile(r"^XPASS (.*)$", re.MULTILINE)
SLOWEST = 12


@dataclass
class Outcomes:
    """What came of each test, and the seconds of each file."""

    outcomes: dict = field(default_factory=dict)
    seconds: Counter = field(default_factory=Counter)

    def read(self, report):
        for case in ElementTree.parse(report).iter("testcase"):
            # of a file that cannot be read the name of the file alone is told
            name = case.get("classname") or case.get("name")
            self.seconds[name.split(".")[1]] += float(case.get("time"))
            # a test that passed may have an error after it, in a case of its own
            test = name, case.get("name")
            if self.outcomes.get(test) not in FAILED:
                self.outcomes[test] = outcome(case)

    def count(self):
        return Counter(self.outcomes.values())

    def failed(self):
        return {test for test, came in self.outcomes.items() if came in FAILED}


def outcome(case):
    kinds = {one.tag: one for one in case}
    for kind in ("error", "failure"):
        if kind in kinds:
            return kind
    if "skipped" not in kinds:
        return "passed"
    kind, why = kinds["skipped"].get("type"), kinds["skipped"].get("message")
    return "listed" if kind == LISTED[0] and why.startswith(LISTED[1]) else "skipped"


def reported(shares, suffix):
    everything = Outcomes()
    for share in shares:
        if (report := share.with_suffix(suffix)).exists():
            everything.read(report)
    return everything


def main(what, folder, commit=""):
    shares = sorted(Path(folder).glob("share-??"))
    if what == "failed":
        for share in shares:
            if reported([share], ".xml").failed():
                print(share)
        return 0
    return summed_up(shares, commit)


def summed_up(shares, commit):
    first, again = reported(shares, ".xml"), reported(shares, ".again.xml")
    for name, spent in first.seconds.most_common(SLOWEST):
        print(f"{spent:7.0f} s  {name}")
    stayed = {test for test in first.failed() if again.outcomes.get(test) != "passed"}
    for file, name in sorted(first.failed()):
        print("FAILED TWICE" if (file, name) in stayed else "failed once", file, name)
    endless = [share for share in shares if not share.with_suffix(".xml").exists()]
    for share in endless:
        print("CAME TO NO END", *names(share))
    surprises = [one for share in shares for one in passed_although_listed(share)]
    for one in surprises:
        print("passed, though listed as wine's:", one)
    counts = first.count()
    print(
        f"Windows as wine shows it, {commit}: {sum(len(names(one)) for one in shares)} files, "
        f"{counts['passed'] + len(first.failed()) - len(stayed)} tests passed "
        f"({len(first.failed()) - len(stayed)} of them when run again), {len(stayed)} failed, "
        f"{counts['listed']} listed as wine's, {len(surprises)} of those listed passed, "
        f"{counts['skipped']} skipped, {len(endless)} parts without an end"
    )
    return int(bool(stayed or endless))


def names(share):
    return share.read_text("utf-8").split()


def passed_although_listed(share):
    log = share.with_suffix(".log")
    return PASSED_ALTHOUGH_LISTED.findall(log.read_text("utf-8", "replace")) if log.exists() else []


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
