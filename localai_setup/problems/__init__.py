"""The pages of the known problems (`<layer>/<id>.yaml`), and how a page is read and compiled."""
