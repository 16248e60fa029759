"""One file judges the facts of one problem, whose page is `problems/<layer>/<id>.yaml`."""
