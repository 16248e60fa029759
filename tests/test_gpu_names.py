"""Names of GPUs as tools print them, and the products that each can be."""

import pytest

from localai_setup.probes._gpu_names import candidates, is_cut, names, one_target

pytestmark = pytest.mark.quick

#: printed → the words, size in GB and build of each name in it
PRINTED = {
    "Navi 21 [Radeon RX 6800/6800 XT / 6900 XT]": ["6800 radeon rx", "6800 radeon rx xt", "6900 radeon rx xt"],
    "Navi 31 [Radeon RX 7900 XT/7900 XTX/7900 GRE/7900M]": ["7900 radeon rx xt", "7900 radeon rx xtx",
                                                           "7900 gre radeon rx", "7900m radeon rx"],
    "Navi 14 [Radeon RX 5500/5500M / Pro 5500M]": ["5500 radeon rx", "5500m radeon rx", "5500m pro"],
    "Rembrandt [Radeon 680M]": ["680m radeon"],
    "GP106 [GeForce GTX 1060 3GB / 1060 6GB]": ["1060 geforce gtx 3GB", "1060 geforce gtx 6GB"],
    "AD107M [GeForce RTX 4060 Max-Q / Mobile]": ["4060 geforce laptop rtx"],
    "NVIDIA GeForce RTX 4090 Laptop GPU": ["4090 geforce laptop rtx"],
    "NVIDIA GeForce RTX 3060 12 GB": ["3060 geforce rtx 12GB"],
    "NVIDIA H100 80GB HBM3": ["h100 80GB sxm"],
    "NVIDIA A100-PCIE-40GB": ["a100 40GB pcie"],
    "Tesla V100-SXM2-16GB": ["tesla v100 16GB sxm"],
    "NVIDIA H100 NVL": ["h100 nvl"],
    "Intel(R) Arc(TM) A770 Graphics": ["a770 arc"],
    "Intel(R) UHD Graphics": ["uhd"],
    "AMD Radeon™ RX 7900 XTX": ["7900 radeon rx xtx"],
    "Apple M1 Max": ["apple m1 max"],
    "Cezanne [Radeon Vega Series / Radeon Vega Mobile Series]": [],
    "": [""],
}  # fmt: skip


def shown(name):
    size = [f"{name.size_gb}GB"] if name.size_gb else []
    return " ".join([*sorted(name.words), *size, *sorted(name.builds)])


@pytest.mark.parametrize("text", PRINTED)
def test_a_printed_name_is_one_name_or_several(text):
    assert [shown(one) for one in names(text)] == PRINTED[text]


#: name, vendor, memory in MiB, cores → the products that it can be
CAN_BE = [
    ("GP106 [GeForce GTX 1060 3GB / 1060 6GB]", "nvidia", 3072, None, ["GeForce GTX 1060 3 GB"]),
    ("NVIDIA GeForce RTX 4060 Ti", "nvidia", 16380, None, ["GeForce RTX 4060 Ti 16 GB"]),
    ("NVIDIA GeForce RTX 4060 Ti", "nvidia", 8188, None, ["GeForce RTX 4060 Ti 8 GB"]),
    ("NVIDIA GeForce RTX 4060 Ti", "nvidia", None, None,
     ["GeForce RTX 4060 Ti 16 GB", "GeForce RTX 4060 Ti 8 GB"]),
    ("NVIDIA GeForce RTX 4060 Ti 16GB", "nvidia", None, None, ["GeForce RTX 4060 Ti 16 GB"]),
    ("NVIDIA GeForce RTX 3080", "nvidia", 12288, None, ["GeForce RTX 3080 12 GB"]),
    ("NVIDIA H100", "nvidia", None, None, ["H100 SXM5 80 GB", "H100 PCIe 80 GB", "H100 NVL 94 GB"]),
    ("NVIDIA H100 80GB HBM3", "nvidia", 81559, None, ["H100 SXM5 80 GB"]),
    ("NVIDIA H100 PCIe", "nvidia", 81559, None, ["H100 PCIe 80 GB"]),
    ("NVIDIA A100-PCIE-80GB", "nvidia", None, None, ["A100 PCIe 80 GB"]),
    ("Intel(R) Arc(TM) A770 Graphics", "intel", 16225, None, ["Arc A770 16 GB"]),
    ("Intel(R) Arc(TM) A770 Graphics", "nvidia", 16225, None, []),
    ("Apple M3 Max", "apple", None, 40, ["Apple M3 Max (40-core GPU)"]),
    ("Navi 31 [Radeon RX 7900 XT/7900 XTX/7900 GRE/7900M]", "amd", 24560, None,
     ["Radeon RX 7900 XTX"]),
    ("NVIDIA GeForce RTX 2080 ...", "nvidia", 11264, None, ["GeForce RTX 2080 Ti"]),
    ("NVIDIA GeForce RTX 9999", "nvidia", 8192, None, []),
    ("", "nvidia", 8192, None, []),
    (None, "nvidia", 8192, None, []),
]  # fmt: skip


@pytest.mark.parametrize(("name", "vendor", "memory", "cores", "products"), CAN_BE)
def test_a_card_can_be_the_products_of_its_name_its_memory_and_its_cores(
    name, vendor, memory, cores, products
):
    assert [one.name for one in candidates(name, vendor, memory, cores)] == products


#: share of the memory on the box that the driver may show, at both ends
@pytest.mark.parametrize(
    ("mib", "fits"), [(14417, False), (14419, True), (17367, True), (17368, False)]
)
def test_a_driver_shows_a_little_less_than_the_box_says(mib, fits):
    (card,) = [
        one for one in candidates("NVIDIA GeForce RTX 4080", "nvidia") if one.memory_gb == 16
    ]
    assert card.fits(mib) == fits
    assert card.fits(None)


def test_a_chip_that_borrows_memory_can_be_it_with_any():
    (chip,) = candidates("Rembrandt [Radeon 680M]", "amd")
    assert chip.fits(512)
    assert chip.fits(64 * 1024)


def test_a_target_is_known_where_all_that_it_can_be_have_it():
    assert one_target(candidates("NVIDIA H100", "nvidia")) == "9.0"
    assert one_target(candidates("NVIDIA GeForce ...", "nvidia")) is None
    assert one_target([]) is None


@pytest.mark.parametrize(("name", "cut"), [("RTX 2080 ...", True), ("RTX 2080 ... ", True), ("RTX", False), (None, False)])  # fmt: skip
def test_a_name_that_was_cut_ends_in_dots(name, cut):
    assert is_cut(name) == cut
