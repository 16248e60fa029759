"""A bill of materials of a set-up: CycloneDX 1.6, which knows models as components of their own."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

from .. import __version__
from ..model.errors import LocalaiError
from ..model.part import Part, PartKind

#: What a part is in the words of CycloneDX.
KINDS: dict[PartKind, str] = {
    "engine": "APPLICATION",
    "library": "LIBRARY",
    "model": "MACHINE_LEARNING_MODEL",
    "projector": "MACHINE_LEARNING_MODEL",
}
INSTALL = '`pipx inject localai-setup cyclonedx-python-lib`, or in its environment `pip install "localai-setup[sbom]"`'


def write(parts: Sequence[Part]) -> None:
    """Print the document.

    Raises:
        LocalaiError: the library that writes it is not installed.

    """
    document = json.loads(_written(parts))
    tasks = {_reference(one): one.task for one in parts if one.task}
    for component in document["components"]:
        if task := tasks.get(component["bom-ref"]):
            # the library does not write this part of the format
            component["modelCard"] = {"modelParameters": {"task": task}}
    sys.stdout.write(json.dumps(document, indent=1, ensure_ascii=True) + "\n")


def _written(parts: Sequence[Part]) -> str:
    try:
        from cyclonedx.model.bom import Bom
        from cyclonedx.output.json import JsonV1Dot6
    except ImportError:
        raise LocalaiError(
            "A bill of materials needs the package cyclonedx-python-lib, which is not installed.",
            "The list itself is in `localai licences --json` and `--csv`.",
            f"{INSTALL} brings it.",
        ) from None
    bom = Bom(components=map(_component, parts))
    bom.metadata.tools.components.add(_ourselves())
    return str(JsonV1Dot6(bom).output_as_string())


def _ourselves() -> Any:
    from cyclonedx.model.component import Component, ComponentType

    return Component(name="localai", version=__version__, type=ComponentType.APPLICATION)


def _reference(part: Part) -> str:
    return f"{part.kind}:{part.name}"


def _component(part: Part) -> Any:
    from cyclonedx.model import HashAlgorithm, HashType
    from cyclonedx.model.component import Component, ComponentType

    digests = [HashType(alg=HashAlgorithm.SHA_256, content=one) for one in part.sha256]
    return Component(
        name=part.name,
        bom_ref=_reference(part),
        version=part.version or None,
        type=ComponentType[KINDS[part.kind]],
        hashes=digests,
        licenses=_licences(part),
        external_references=_references(part),
        description=part.at_work,
        properties=_acceptance(part),
    )


def _acceptance(part: Part) -> list[Any]:
    """When its terms were accepted on this computer, and which."""
    from cyclonedx.model import Property

    if not part.accepted_at:
        return []
    stated = {"accepted-at": part.accepted_at, "terms-sha256": part.licence.terms}
    return [Property(name=f"localai:licence:{name}", value=one) for name, one in stated.items()]


def _licences(part: Part) -> list[Any]:
    """By its id where SPDX has it, else by its name."""
    from cyclonedx.model import XsUri
    from cyclonedx.model.license import DisjunctiveLicense
    from cyclonedx.spdx import fixup_id

    name = part.licence.name or part.licence.id
    if not name:
        return []
    page = XsUri(part.licence.url) if part.licence.url else None
    known = fixup_id(part.licence.id)
    own = None if known else name
    return [DisjunctiveLicense(id=known, name=own, url=page)]


def _references(part: Part) -> list[Any]:
    from cyclonedx.model import ExternalReference, ExternalReferenceType, XsUri

    if not part.source.startswith("https://"):
        return []
    return [ExternalReference(type=ExternalReferenceType.DISTRIBUTION, url=XsUri(part.source))]
