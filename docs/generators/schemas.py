"""docs/reference/schemas/*.json: the JSON schemas of recipes and problem pages, for editors, and of advice, a fleet, a pool and serving many, for scripts. The dataclasses are the source."""

from __future__ import annotations

import json

from localai_setup.model.advice import SCHEMA as ADVICE
from localai_setup.model.advice import Advice
from localai_setup.model.fleet import SCHEMA as FLEET
from localai_setup.model.fleet import FleetReport
from localai_setup.model.lending import SCHEMA as POOL_STATE
from localai_setup.model.lending import PoolState
from localai_setup.model.load import SCHEMA as LOAD
from localai_setup.model.load import LoadRun
from localai_setup.model.pool import SCHEMA as POOL
from localai_setup.model.pool import PoolPlan
from localai_setup.model.serving import SCHEMA as SERVE
from localai_setup.model.serving import ServePlan
from localai_setup.model.triage import TriageFacts
from localai_setup.problems.reading import KINDS as PAGES
from localai_setup.recipes.loading import KINDS as RECIPES
from localai_setup.recipes.schema import json_schema
from localai_setup.recipes.triage_facts import SCHEMA as TRIAGE

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def pages() -> dict[str, str]:
    found = {}
    kinds = {name: kind for name, (kind, _) in RECIPES.items()}
    for name, kind in {
        **kinds,
        **PAGES,
        ADVICE: Advice,
        FLEET: FleetReport,
        LOAD: LoadRun,
        POOL: PoolPlan,
        POOL_STATE: PoolState,
        SERVE: ServePlan,
        TRIAGE: TriageFacts,
    }.items():
        schema = {"$schema": DIALECT, "title": name, **json_schema(kind)}
        schema["properties"]["schema"] = {"const": name}
        path = f"reference/schemas/{name.replace('/', '-')}.json"
        found[path] = json.dumps(schema, indent=1) + "\n"
    return found
