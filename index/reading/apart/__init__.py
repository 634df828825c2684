"""Formats that are no text: read by libraries, in a process apart."""
