"""The only room that touches the world: it runs, reads, fetches and writes."""
