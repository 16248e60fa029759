"""What our server said of itself while it started."""

import pytest

from localai_setup.model.reading import Readings, Text
from localai_setup.probes.server_log import LOG, parse

pytestmark = pytest.mark.quick
OFFLOADED = "load_tensors: offloaded {}/{} layers to GPU\n"
WEIGHTS = "load_tensors:        CUDA0 model buffer size =  4096.50 MiB\n"
OTHERS = "load_tensors:   CPU_Mapped model buffer size =   308.23 MiB\n"
REFUSED = "srv  operator(): Unauthorized: Invalid API Key, from {}\n"

#: log → layers on a GPU, all layers, sizes of the weights, the line that proves it, refusals, the last
LOGS = [
    ("", None, None, [], "", 0, ""),
    ("main: hello\n", None, None, [], "", 0, ""),
    (OFFLOADED.format(29, 29) + WEIGHTS, 29, 29, [4096.5], "offloaded 29/29 layers to GPU", 0, ""),
    # the server was started again: its last word counts
    (OFFLOADED.format(29, 29) + OFFLOADED.format(12, 29), 12, 29, [], "offloaded 12/29 layers to GPU", 0, ""),
    (WEIGHTS + OTHERS, None, None, [4096.5, 308.23],
     "CUDA0 model buffer size = 4096.50 MiB; CPU_Mapped model buffer size = 308.23 MiB", 0, ""),
    (REFUSED.format("a") + REFUSED.format("b"), None, None, [], "", 2, REFUSED.format("b").strip()),
]  # fmt: skip


@pytest.mark.parametrize(("text", "on_gpu", "layers", "sizes", "line", "refusals", "last"), LOGS)
def test_what_a_log_tells(text, on_gpu, layers, sizes, line, refusals, last):
    found = parse(Readings({LOG.key: Text(text)}))
    assert (found.offloaded, found.layers) == (on_gpu, layers)
    assert [one.mib for one in found.weights] == sizes
    assert found.line == line
    assert (found.refusals, found.refusal) == (refusals, last)
