"""Fetching what comes from elsewhere: files, packages and archives, verified or not at all."""
