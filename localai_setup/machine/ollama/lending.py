"""A model of ours for a server whose folder is not ours to write to: it pulls from this computer.

The file's bytes, its digest and its own chat template are kept, with one copy; `create` would make two,
and change all three.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ...model.errors import LocalaiError
from ...model.model_server import OwnModel
from ...model.progress import Report
from . import manifests, models, names, own_models, own_registry
from .api import Api
from .pulling import Pull, Pulled
from .store import Store
from .troubles import Kind, OllamaError

#: A server that cannot reach this computer's loopback, or takes no model from there.
NOT_THIS_WAY: frozenset[Kind] = frozenset(
    {"unreachable", "unknown-name", "registry-odd", "registry-refuses", "registry-silent",
     "web-page", "no-such-call"}
)  # fmt: skip


def lend(
    api: Api, own: OwnModel, report: Report, store: Store | None, remember: Callable[[str], None]
) -> Pulled | None:
    """Let the server pull it, and give it its plain name; None where it cannot be had this way.

    `remember` is told the name of the pull before anything is changed. Killed anywhere, the next try goes
    on with the parts that came, and takes the names of earlier ones away.

    Raises:
        LocalaiError: no space, or it keeps failing.
        OSError: a file cannot be read, or nothing can listen on loopback.

    """
    composed = own_models.compose(None, own)
    if composed is None:
        return None
    small = {manifests.digest_of(one): one for one in composed.blobs}
    files = {f"sha256:{one.sha256}": Path(one.path) for one in own.parts}
    offered = own_registry.Offered(composed.manifest, small, files)
    with own_registry.serving(offered, own.name) as name:
        remember(name)
        try:
            found = Pull(api, names.parse(name), report, store, own.parts[0].sha256).run()
        except OllamaError as error:
            if error.kind not in NOT_THIS_WAY:
                raise
            return None
    models.delete(api, own.name)  # a copy alone would leave what only the one before had
    models.copy(api, names.parse(name).full, own.name)
    return found


def names_of_pulls(api: Api, own: str) -> tuple[str, ...]:
    """The names that a model was pulled by, in this try and in those that were killed."""
    return tuple(one.name for one in models.listed(api) if _is_of_pull(one.name, own))


def _is_of_pull(name: str, own: str) -> bool:
    try:
        return own_registry.is_from_here(name, own)
    except LocalaiError:
        return False
