"""Reading recipes, strictly. The YAML itself lies in the top-level `recipes/`."""
