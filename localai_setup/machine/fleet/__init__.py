"""Many machines through Ansible: our collection for it, and how it is run."""
