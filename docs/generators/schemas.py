"""docs/reference/schemas/*.json: the JSON schemas of recipes and problem pages, for editors. The dataclasses are the source."""

from __future__ import annotations

import json

from localai_setup.problems.reading import KINDS as PAGES
from localai_setup.recipes.loading import KINDS as RECIPES
from localai_setup.recipes.schema import json_schema

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def pages() -> dict[str, str]:
    found = {}
    kinds = {name: kind for name, (kind, _) in RECIPES.items()}
    for name, kind in {**kinds, **PAGES}.items():
        schema = {"$schema": DIALECT, "title": name, **json_schema(kind)}
        schema["properties"]["schema"] = {"const": name}
        path = f"reference/schemas/{name.replace('/', '-')}.json"
        found[path] = json.dumps(schema, indent=1) + "\n"
    return found
