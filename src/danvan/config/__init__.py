"""Wiring: settings, addresses, commands. The one place that knows all rooms."""
